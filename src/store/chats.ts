import type { ChatSurface, Heard, IdentityId, Mark } from '../domain/heard.ts';
import type { IncidentId } from '../domain/incident.ts';
import type { Link } from '../domain/linking.ts';
import type { Destination, Outgoing } from '../domain/outgoing.ts';
import type { Person, PersonId } from '../domain/person.ts';
import type { Reply } from '../domain/reply.ts';

/** Who works at something, and until when nobody else may. */
export type Taking = { readonly by: string; readonly now: Date; readonly until: Date };

/** An event that was taken up to be answered. */
export type TakenUp = {
  readonly heard: Heard;
  /** A line said for it was stored already: it must not be said again. */
  readonly actedAt?: Date;
  /** How often it was taken up again, this time too: whoever had it before died, or failed. */
  readonly tries: number;
  /** The event whose answer this one keeps up to date. */
  readonly follows?: string;
};

/** What was heard in chats. */
export interface HeardStore {
  /** Keeps an event for whoever takes it. `again` when it was kept before. */
  keep(heard: Heard, taking: Taking): Promise<'new' | 'again'>;
  /** Events that are due and that nobody works at, oldest first; they are taken by this. */
  takeUp(taking: Taking, limit: number): Promise<readonly TakenUp[]>;
  /** Goes on having those of these events that this process has. */
  keepOn(events: readonly string[], taking: Taking): Promise<void>;
  /** When the next one is due of those that nobody has answered. */
  nextDue(): Promise<Date | undefined>;
  /** True when this account was refused for this reason since then. */
  wasRefused(identity: IdentityId, reason: string, since: Date): Promise<boolean>;
  /** Who pointed at messages of this surface since then, oldest first, as far as it is not forgotten. */
  pointedAt(surface: ChatSurface, since: Date): Promise<readonly Pointed[]>;
  /** Forgets what was answered before this instant, with its buttons and its answer. */
  forget(before: Date): Promise<void>;
}

/** Somebody put a message on a timeline, or took it off, by what they did to it in its chat. */
export type Pointed = {
  readonly id: string;
  readonly room: string;
  /** In which the message stands. */
  readonly thread?: string;
  readonly message: string;
  readonly by: IdentityId;
  readonly kind: 'pinned' | 'unpinned';
  readonly mark?: Mark;
};

/** What became of an event; only whoever has it taken may say so. */
export type HeardMark = {
  readonly heard: string;
  readonly by: string;
  readonly at: Date;
  readonly as: 'acted' | 'answered';
  /** Why nothing was done: a short word. */
  readonly refused?: string;
};

/** From when on an answer is to be brought up to date, and with which line. */
export type NewFollow = {
  readonly heard: Heard;
  /** The event that was answered first. */
  readonly follows: string;
  readonly due: Date;
};

/** A button of a message, by the line that it says. */
export type NewButton = { readonly key: string; readonly line: string };

/** A message that must leave. */
export type NewOutgoing = {
  readonly id: string;
  readonly surface: ChatSurface;
  readonly to: Destination;
  readonly reply: Reply;
  readonly buttons: readonly NewButton[];
  readonly buttonsUntil: Date;
  /** Before what is merely good to know. */
  readonly urgent: boolean;
  /** What is said on a card takes the place of what was said on it before, in the same lane. */
  readonly card: string;
  /** The event that it answers. */
  readonly heard?: string;
  readonly incident?: IncidentId;
  readonly at: Date;
};

/** A message as it stands in its lane. */
export type Waiting = {
  readonly outgoing: Outgoing;
  readonly lane: string;
  /** An earlier try may have arrived. */
  readonly inDoubt: boolean;
  readonly tries: number;
};

/** What a lane last said on a card. */
export type Card = {
  readonly surface: ChatSurface;
  readonly to: Destination;
  readonly reply: Reply;
  readonly card: string;
  /** What it is about, and so its buttons. */
  readonly incident?: IncidentId;
};

/** The card that shows how an incident stands. */
export type LiveCard = Card & { readonly incident: IncidentId };

export type OwnRoom = {
  readonly room: string;
  readonly incident: IncidentId;
  readonly revision: number;
};

export type OpenHomes = {
  readonly cards: readonly Card[];
  /** Of all timelines together: it grows with whatever happens. */
  readonly entries: number;
};

/** Messages that wait for a surface. */
export type Backlog = {
  readonly surface: ChatSurface;
  readonly waiting: number;
  readonly oldestAt: Date;
};

/** What must leave for chats. */
export interface OutgoingStore {
  /** Lanes of these surfaces in which something waits that may be sent now, and nobody sends. */
  due(surfaces: readonly ChatSurface[], now: Date): Promise<readonly string[]>;
  /** Takes a lane, or stays in it. False when somebody else has it, or it must still wait. */
  take(lane: string, taking: Taking): Promise<boolean>;
  /** Lets go of it. @param retryAt before which nobody tries */
  release(lane: string, by: string, retryAt: Date): Promise<void>;
  /** The next message of a lane; from now on it may have arrived. */
  next(lane: string, now: Date): Promise<Waiting | undefined>;
  sent(id: string, reference: string, at: Date): Promise<void>;
  /** It did not arrive, and is tried again: so nobody need be in doubt. */
  notSent(id: string): Promise<void>;
  drop(id: string, reason: string): Promise<void>;
  /** Every lane's newest message on a card. */
  onCard(card: string): Promise<readonly Card[]>;
  /** Live cards of open incidents that chats may hear of, and of those just closed. */
  liveCards(now: Date): Promise<readonly LiveCard[]>;
  /** Rooms that were opened for incidents that are not over, and at which revision these stand. */
  ownRooms(): Promise<readonly OwnRoom[]>;
  /** What is on the pages that people opened since then, and how much was ever recorded. */
  openHomes(since: Date): Promise<OpenHomes>;
  backlog(): Promise<readonly Backlog[]>;
}

/** A button when it is pressed. */
export type Pressed =
  | { readonly kind: 'pressed'; readonly line: string; readonly card: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'used'; readonly by: IdentityId; readonly at: Date };

export interface Buttons {
  /** Presses one for an event; the same event may press it again. */
  press(
    key: string,
    press: { readonly heard: string; readonly by: IdentityId; readonly at: Date },
  ): Promise<Pressed>;
}

export interface Identities {
  /** Who this account is: the person it is linked to, else the guest, if it ever spoke. */
  personOf(identity: IdentityId): Promise<Person | undefined>;
  of(person: PersonId): Promise<readonly Link[]>;
}
