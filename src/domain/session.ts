import { UserError } from '../errors.ts';
import type { Person, PersonId } from './person.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { instanceChain } from './timeline.ts';

/**
 * A browser stays signed in so long, in ms. No settings: a shift is eight hours, and an hour without
 * a line means that somebody left the screen; whoever watches only need not be able to act.
 */
export const sessionMs = 8 * 60 * 60_000;
export const idleMs = 60 * 60_000;

/** How exact the last use is kept, in ms, so that not every look is a write. */
const seenEveryMs = 60_000;

/** What a browser calls itself is kept up to so many characters. */
const userAgentCharacters = 200;

/** A signed-in browser. Only the SHA-256 of its cookie is kept. */
export type Session = {
  readonly id: string;
  /** Hex. */
  readonly sha256: string;
  readonly person: PersonId;
  readonly startedAt: Date;
  /** The last thing the person did; watching is not doing. */
  readonly seenAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt?: Date;
  readonly userAgent: string;
};

/** What signing in or out leaves to be stored, and its one event on the instance's timeline. */
export type SessionChange = {
  readonly sessions: readonly Session[];
  readonly events: readonly [NewTimelineEvent];
};

/** How somebody showed who they are. */
export type SignInWay = 'link' | 'token';

/**
 * Signs a person in. The session that this browser had before ends with it, so that nobody can
 * plant one and wait for its owner to sign in.
 *
 * @throws UserError `not_allowed` when the person was switched off
 */
export function signIn(
  browser: Pick<Session, 'id' | 'sha256' | 'userAgent'>,
  way: SignInWay,
  before: Session | undefined,
  by: Decider,
): SessionChange {
  if (by.person.disabledAt) {
    throw new UserError('not_allowed', 'Your access was switched off.', { hint: 'Ask an admin.' });
  }
  const session: Session = {
    id: browser.id,
    sha256: browser.sha256,
    person: by.person.id,
    startedAt: by.now,
    seenAt: by.now,
    expiresAt: new Date(by.now.getTime() + sessionMs),
    userAgent: browser.userAgent.slice(0, userAgentCharacters).toWellFormed(),
  };
  const shown = way === 'link' ? 'the one-time link' : 'a token';
  return {
    sessions: [...(before ? [{ ...before, revokedAt: by.now }] : []), session],
    events: [
      sessionEvent(by, 'signed_in', `@${by.person.handle} signed in with ${shown}.`, [session]),
    ],
  };
}

/**
 * Ends sessions of the person themselves.
 *
 * @throws UserError `not_allowed` for others' sessions, `conflict` when none of them goes on
 */
export function signOut(sessions: readonly Session[], by: Decider): SessionChange {
  if (sessions.some(({ person }) => person !== by.person.id)) {
    throw new UserError('not_allowed', 'Everyone ends their own sessions only.', {
      hint: 'An admin switches a person off: `person disable @…`',
    });
  }
  const ended = sessions.filter((session) => isLive(session, by.now));
  if (ended.length === 0) throw new UserError('conflict', 'These sessions have ended already.');
  const what = ended.length === 1 ? 'signed out' : `signed out of ${ended.length} browsers`;
  return {
    sessions: ended.map((session) => ({ ...session, revokedAt: by.now })),
    events: [sessionEvent(by, 'signed_out', `@${by.person.handle} ${what}.`, ended)],
  };
}

/** True while a session opens anything. */
export function isLive(session: Session, now: Date): boolean {
  if (session.revokedAt !== undefined) return false;
  return session.expiresAt > now && now.getTime() - session.seenAt.getTime() < idleMs;
}

/** True when a session of theirs still opens something: it goes on, and they were not switched off. */
export function opensFor(session: Session, person: Person | undefined, now: Date): boolean {
  return person !== undefined && !person.disabledAt && isLive(session, now);
}

/** The session as used now, or undefined when its last use is known exactly enough. */
export function seenAgain(session: Session, now: Date): Session | undefined {
  if (now.getTime() - session.seenAt.getTime() < seenEveryMs) return undefined;
  return { ...session, seenAt: now };
}

function sessionEvent(
  by: Decider,
  kind: string,
  text: string,
  sessions: readonly Session[],
): NewTimelineEvent {
  return {
    chain: instanceChain,
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    kind,
    text,
    data: { person: by.person.id, sessions: sessions.map(({ id }) => id) },
  };
}
