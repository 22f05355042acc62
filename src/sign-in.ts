import type { Person, PersonId } from './domain/person.ts';
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

/** The gate of the console, and the one who makes its one-time links. */
export type LinkedGate = Gate & {
  /**
   * A new code for this person, or for the local operator: good once and for a quarter of an hour.
   * The one they had before is void.
   */
  newCode(person?: PersonId): Secret;
};

/**
 * Lets people into the console: by a one-time link that the server printed or somebody made in a
 * shell, or by their own token.
 *
 * The codes of links are kept in this process alone, as hashes: they are void when the server stops,
 * and two who open one at the same moment find it once.
 */
export function makeGate(context: SignInContext): LinkedGate {
  const { store, recorder, now } = context;
  const hashOf = (secret: Secret) => recorder.sha256(secret.reveal());
  const links = new Map<PersonId, { readonly sha256: string; readonly until: Date }>();

  const useLink = (secret: Secret): PersonId | undefined => {
    const sha256 = hashOf(secret);
    const [person, link] = [...links].find(([, one]) => one.sha256 === sha256) ?? [];
    if (person === undefined || link === undefined) return undefined;
    links.delete(person);
    return link.until > now() ? person : undefined;
  };
  const sessionWith = (cookie: Secret) => store.sessions.bySha256(hashOf(cookie));
  return {
    newCode: (person = store.instance.operator) => {
      const code = context.newNonce();
      const sha256 = recorder.sha256(code);
      links.set(person, { sha256, until: new Date(now().getTime() + linkMs) });
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

    end: async ({ person, session: here }, id) => {
      const theirs = await liveSessions(store, person, now());
      const ending = theirs.filter((session) => {
        if (id === undefined) return true;
        return id === 'others' ? session.id !== here.id : session.id === id;
      });
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
  useLink: (secret: Secret) => PersonId | undefined,
): Promise<Person> {
  if (pass.kind === 'link') {
    const whose = useLink(pass.secret);
    const person = whose === undefined ? undefined : await store.people.byId(whose);
    if (person !== undefined) return person;
    throw new UserError(
      'not_allowed',
      'This link was used already, or has expired, or the server was started anew since.',
      {
        hint: 'Make a new one in a shell: npm run -s firebreak -- console',
      },
    );
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
