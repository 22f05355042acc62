import type { IdentityId, Room } from '../chat.ts';

/** The workspace that the app is installed in, as Slack names itself and our bot. */
export type Home = {
  readonly team: string;
  readonly enterprise?: string;
  readonly botUser: string;
  readonly botId: string;
};

/** A channel as a room, always of our own workspace: a shared one has the same id in both. */
export function roomOf(home: Home, channel: string): Room {
  return `slack:${home.team}/${channel}`;
}

/** An account: by its organisation where there is one, since ids are unique in that. */
export function identityOf(organisation: string, user: string): IdentityId {
  return `slack:${organisation}/${user}`;
}

/** The channel or the user behind a room or an identity. */
export function slackIdOf(address: string): string {
  return address.slice(address.indexOf('/') + 1);
}
