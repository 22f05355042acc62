import type { APIInteractionGuildMember, GuildMember, User } from 'discord.js';

import type { Speaker, Standing } from '../chat.ts';
import type { DiscordApi } from './api.ts';
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

/** So long Discord may take to say who is a member, in ms: a press must be stored within three seconds. */
const askedMs = 1_500;

/**
 * Who pressed something between two, as the servers that are allowed know them now: somebody who
 * left stays unplaced, and so does everybody while Discord does not say.
 */
export async function placedAnew(
  speaker: Speaker,
  user: string,
  {
    api,
    allowed,
    wait,
  }: {
    readonly api: DiscordApi;
    readonly allowed: readonly string[];
    readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  },
): Promise<Speaker> {
  if (speaker.standing !== 'unplaced') return speaker;
  const late = new AbortController();
  const known = new AbortController();
  void wait(askedMs, known.signal).then(
    () => late.abort(new Error('Discord did not say in time.')),
    () => undefined,
  );
  const isIn = allowed.map((guild) =>
    api.call({ method: 'get', route: `/guilds/${guild}/members/${user}` }, late.signal),
  );
  const found = await Promise.any(isIn).then(
    () => true,
    () => false,
  );
  known.abort();
  return found ? { ...speaker, standing: 'member' } : speaker;
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
