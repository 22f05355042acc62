import type { IdentityId, Room } from '../chat.ts';

/** Rooms, workspaces and identities as Firebreak names them, and back. */
const direct = '@me';

export function workspaceOf(guild: string | null): string {
  return `discord:${guild ?? direct}`;
}

export function roomOf(guild: string | null, channel: string): Room {
  return `discord:${guild ?? direct}/${channel}`;
}

export function identityOf(user: string): IdentityId {
  return `discord:${user}`;
}

/** Discord's id of the channel. */
export function channelOf(room: Room): string {
  return room.slice(room.lastIndexOf('/') + 1);
}

/** Discord's id of the server; `@me` between two. */
export function guildOf(room: Room): string {
  return room.slice('discord:'.length, room.lastIndexOf('/'));
}

/** Discord's id of the user. */
export function userOf(identity: IdentityId): string {
  return identity.slice('discord:'.length);
}

/** A line in which who was picked from Discord's list is an account: names are anybody's to choose. */
export function withAccounts(line: string): string {
  return line.replace(/<@!?(\d{15,22})>/g, (_, user: string) => `@${identityOf(user)}`);
}

/** Where a message is read in Discord. */
export function permalinkOf(guild: string | null, channel: string, message: string): string {
  return `https://discord.com/channels/${guild ?? direct}/${channel}/${message}`;
}

/**
 * How a message is found again to be edited: `<channel>/<message>`, or `hidden/<message>` for one
 * that only its reader sees, which the bot itself cannot find.
 */
export function referenceOf(message: string, channel: string | undefined): string {
  return `${channel ?? hidden}/${message}`;
}

export function readReference(reference: string): {
  readonly channel?: string;
  readonly message: string;
} {
  const [channel = '', message = ''] = reference.split('/');
  return channel === hidden ? { message } : { channel, message };
}

const hidden = 'hidden';
