import type { AnswerToken, ChatSurface, IdentityId, Room } from './heard.ts';
import type { Reply } from './reply.ts';

/**
 * Where a message goes.
 *
 * An *answer* goes to where somebody spoke: seen by them alone when it is `forAsker`, else by the
 * room. A *message* goes to a room, a *direct* one to one account alone.
 */
export type Destination =
  | {
      readonly kind: 'answer';
      readonly room: Room;
      readonly thread?: string;
      readonly asker: IdentityId;
      readonly forAsker: boolean;
    }
  | {
      readonly kind: 'message';
      readonly room: Room;
      readonly thread?: string;
      /** Stays in sight, where the surface has a way to that. */
      readonly isPinned?: true;
      /** Hangs below the incident's live card, where one stands in the room. */
      readonly isBelowCard?: true;
    }
  | {
      readonly kind: 'direct';
      readonly identity: IdentityId;
      /** On their own page of the app, which they opened then (ISO 8601); it shows one thing at a time. */
      readonly homeOpenedAt?: string;
    };

/** One message that must leave, or must replace one that left. */
export type Outgoing = {
  /** A UUID, the same at every try: what a surface is given to tell a repeat. */
  readonly id: string;
  readonly surface: ChatSurface;
  readonly to: Destination;
  /** Rendered by the surface, whose markup it is. */
  readonly reply: Reply;
  /** Keys of its buttons by their lines; a line without one is shown to be typed. */
  readonly keys: Readonly<Record<string, string>>;
  /** How the surface answers what was said, while that is good. */
  readonly answer?: AnswerToken;
  /** When it was stored: before that it cannot have arrived. */
  readonly storedAt?: Date;
  /** The surface's reference of the message that this one takes the place of. */
  readonly edits?: string;
  /**
   * The surface's reference of the message below which this one hangs. Where the surface has no
   * thread there, it stands in the room.
   */
  readonly below?: string;
};

/** The card in the room of an incident that shows how it stands. */
export function liveCardOf(incident: string): string {
  return `live:${incident}`;
}

/** The card on somebody's own page of the app. */
export function homeCardOf(identity: IdentityId): string {
  return `home:${identity}`;
}

/** What the surface says of a message that arrived: how it is found again to be edited. */
export type Sent = { readonly reference: string };
