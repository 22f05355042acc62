import type { Session } from '../domain/session.ts';
import { isLive } from '../domain/session.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/** So much of a session's id tells a person's browsers apart. */
const refCharacters = 8;

/** What people type for a session. It opens nothing. */
export function sessionRef({ id }: Session): string {
  return id.slice(0, refCharacters);
}

/** The browsers that are signed in as the one who asks, newest first. */
export async function liveSessionsOf({
  store,
  caller,
  now,
}: CommandContext): Promise<readonly Session[]> {
  const unended = await store.sessions.unendedOf(caller.person.id, now());
  return unended.filter((session) => isLive(session, now()));
}

/**
 * The sessions that were meant: one by its reference, the `others` than this browser, or `all`.
 *
 * @throws UserError `not_found`
 */
export function sessionsMeant(
  sessions: readonly Session[],
  which: string,
  here: string | undefined,
): readonly Session[] {
  const word = which.toLowerCase();
  const meant = sessions.filter((session) => {
    if (word === 'all') return true;
    return word === 'others' ? session.id !== here : sessionRef(session) === word;
  });
  if (meant.length > 0) return meant;
  const message =
    word === 'all' || word === 'others'
      ? 'No such browser is signed in as you.'
      : `No browser of yours is called “${which}”, or it is signed out already.`;
  throw new UserError('not_found', message, {
    hint: '`me sessions` lists them.',
    candidates: sessions.map((session) => `me signout ${sessionRef(session)}`),
  });
}
