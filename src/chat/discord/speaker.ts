import type { APIInteractionGuildMember, GuildMember, User } from 'discord.js';

import type { Speaker, Standing } from '../chat.ts';
import { identityOf } from './places.ts';

/** Who spoke, as the servers that are allowed know them. */
export function speakerOf(
  user: User,
  where: {
    readonly guild: string | null;
    readonly allowed: readonly string[];
    readonly member?: GuildMember | APIInteractionGuildMember | null;
  },
): Speaker {
  const { guild, allowed, member } = where;
  return {
    id: identityOf(user.id),
    name: nickOf(member) ?? user.globalName ?? user.username,
    standing: standingOf(user, guild, allowed),
  };
}

function standingOf(user: User, guild: string | null, allowed: readonly string[]): Standing {
  if (user.bot) return 'bot';
  if (guild === null) return 'unplaced';
  return allowed.includes(guild) ? 'member' : 'stranger';
}

function nickOf(member: GuildMember | APIInteractionGuildMember | null | undefined) {
  if (member === null || member === undefined) return undefined;
  return ('nickname' in member ? member.nickname : member.nick) ?? undefined;
}
