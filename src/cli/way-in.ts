import { UserError } from '../errors.ts';
import type { Entrance } from './cli.ts';
import type { Word } from './where.ts';

/** How long another process may hold the data directory before it is told to the person, in ms. */
const patienceMs = 15_000;
/** How long a server is given that left word and did not answer at once, in ms. */
const busyMs = 10_000;
/** How long to wait before the next try, in ms. */
const pauseMs = 250;

/**
 * A running server if there is one on this data directory, else the database itself.
 *
 * A server that is just starting, or another short command, has the directory for a moment; a busy
 * server is slow to say that it is there.
 *
 * @param ask asks the server that left word; without a time it is asked shortly
 * @throws UserError `conflict` when somebody else has the directory, or the server does not answer
 */
export async function wayIn(by: {
  readonly ask: (waitMs?: number) => Promise<Word>;
  readonly speakTo: (url: string) => Entrance;
  readonly openHere: () => Promise<Entrance>;
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => Date;
}): Promise<Entrance> {
  const until = by.now().getTime() + patienceMs;
  for (let waitMs: number | undefined; ; waitMs = busyMs) {
    const word = await by.ask(waitMs);
    if (word.kind === 'here') return by.speakTo(word.url);
    try {
      return await by.openHere();
    } catch (error) {
      const isHeld = error instanceof UserError && error.code === 'conflict';
      if (!isHeld) throw error;
      if (by.now().getTime() > until)
        throw word.kind === 'silent' ? silent(word.url, error) : error;
    }
    await by.wait(pauseMs);
  }
}

function silent(url: string, cause: UserError): UserError {
  const busy = new UserError('conflict', `The server at ${url} does not answer in time.`, {
    hint: 'It has the data directory and is busy, or hangs: try again in a moment, or look at its log.',
  });
  busy.cause = cause;
  return busy;
}
