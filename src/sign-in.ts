import type { Person } from './domain/person.ts';
import { Secret } from './domain/secret.ts';
import type { Session } from './domain/session.ts';
import { isLive, opensFor, seenAgain, signIn, signOut } from './domain/session.ts';
import { UserError } from './errors.ts';
import type { Gate, Pass } from './http/gate.ts';
import type { Recorder } from './record/record.ts';
import type { Store } from './store/store.ts';

/** A one-time link is good so long, in ms. */
const linkMs = 15 * 60_000;

export type SignInContext = {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly now: () => Date;
  readonly newId: () => string;
  /** 32 random bytes, base64url. */
  readonly newNonce: () => string;
};

/** The gate of the console, and the one who makes its one-time link. */
export type LinkedGate = Gate & {
  /** A new code, good once and for a quarter of an hour; the one before is void. */
  newCode(): Secret;
};

/**
 * Lets people into the console: the local operator by the link that the server printed, everybody
 * else by their own token.
 *
 * The code of the link is kept in this process alone, as a hash: it is void when the server stops,
 * and two who open it at the same moment find it once.
 */
export function makeGate(context: SignInContext): LinkedGate {
  const { store, recorder, now } = context;
  const hashOf = (secret: Secret) => recorder.sha256(secret.reveal());
  let link: { readonly sha256: string; readonly until: Date } | undefined;

  const useLink = (secret: Secret): boolean => {
    if (link?.sha256 !== hashOf(secret) || link.until <= now()) return false;
    link = undefined;
    return true;
  };
  const sessionWith = (cookie: Secret) => store.sessions.bySha256(hashOf(cookie));
  return {
    newCode: () => {
      const code = context.newNonce();
      const sha256 = recorder.sha256(code);
      link = { sha256, until: new Date(now().getTime() + linkMs) };
      return new Secret(code);
    },

    enter: async (pass, { userAgent, before }) => {
      const person = await whoShows(context, pass, useLink);
      const cookie = context.newNonce();
      const browser = { id: context.newId(), sha256: recorder.sha256(cookie), userAgent };
      const old = before && (await sessionWith(before));
      const by = { person, source: 'console', now: now() } as const;
      await store.save(signIn(browser, pass.kind, old, by));
      return new Secret(cookie);
    },

    visitor: async (cookie, use) => {
      const session = await sessionWith(cookie);
      if (session === undefined) return undefined;
      const person = await store.people.byId(session.person);
      if (person === undefined || !opensFor(session, person, now())) return undefined;
      const seen = use === 'act' ? seenAgain(session, now()) : undefined;
      if (seen !== undefined) await store.save({ sessions: [seen] });
      return { person, session: seen ?? session };
    },

    sessionsOf: ({ person }) => liveSessions(store, person, now()),

    end: async ({ person }, id) => {
      const theirs = await liveSessions(store, person, now());
      const ending = theirs.filter((session) => id === undefined || session.id === id);
      if (ending.length === 0) {
        throw new UserError('not_found', 'This session has ended already, or is not yours.');
      }
      await store.save(signOut(ending, { person, source: 'console', now: now() }));
    },
  };
}

async function whoShows(
  { store, recorder, now }: SignInContext,
  pass: Pass,
  useLink: (secret: Secret) => boolean,
): Promise<Person> {
  if (pass.kind === 'link') {
    const operator = await store.people.byId(store.instance.operator);
    if (operator !== undefined && useLink(pass.secret)) return operator;
    throw new UserError('not_allowed', 'This link was used already, or has expired.', {
      hint: 'A new one is printed when the server starts; or sign in with a token: npm run -s firebreak -- person token',
    });
  }
  const found = await store.people.byToken(recorder.sha256(pass.secret.reveal()), 'cli', now());
  if (found !== undefined) return found.person;
  throw new UserError('not_allowed', 'This token is not known, has expired or was revoked.', {
    hint: 'Make a new one in a shell: npm run -s firebreak -- person token',
  });
}

async function liveSessions(store: Store, person: Person, now: Date): Promise<readonly Session[]> {
  const unended = await store.sessions.unendedOf(person.id, now);
  return unended.filter((session) => isLive(session, now));
}
