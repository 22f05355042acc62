import type { Asking, Caller, Complete, Dispatch, Known } from '../chat/chat.ts';
import type { ChatSurface, Heard } from '../domain/heard.ts';
import type { Person } from '../domain/person.ts';
import type { HeardMark, Store } from '../store/store.ts';
import type { Answering } from './answer.ts';

/** An event is taken for so long, in ms: whoever has not answered it by then is taken for dead. */
export const hearMs = 60_000;

/** What hearing chats takes. */
export type HearContext = {
  readonly store: Store;
  readonly dispatch: Dispatch;
  readonly complete: Complete;
  readonly known: Known;
  /** Takes secrets out of a line that others will see. */
  readonly redact: (text: string) => string;
  /** Whether an incident that is declared there gets a room of its own. */
  readonly opensRooms?: (surface: ChatSurface) => boolean;
  /** Sends what was stored to leave. */
  readonly deliver: () => Promise<void>;
  readonly now: () => Date;
  readonly newId: () => string;
  /** 32 random bytes, base64url. */
  readonly newNonce: () => string;
  /** This process; another one has another name. */
  readonly by: string;
  readonly onFailure: (error: unknown) => void;
};

/** Somebody who speaks in a room of a chat. */
export function callerOf(person: Person, { identity, room, surface }: Asking): Caller {
  return { person, identity, room, source: surface };
}

/** Marks an event for this process. */
export function markOf({ by, now }: HearContext, { id }: Heard): Omit<HeardMark, 'as'> {
  return { heard: id, by, at: now() };
}

/** What answers are made with now. */
export function making({
  now,
  newId,
  newNonce,
}: Pick<HearContext, 'now' | 'newId' | 'newNonce'>): Answering {
  return { now: now(), newId, newKey: () => newNonce().slice(0, 22) };
}
