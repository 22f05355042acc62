import { setImmediate as nextTurn } from 'node:timers/promises';

import type { NewTimelineEvent, TimelineEvent } from '../domain/timeline.ts';
import { appendToChain } from './append-events.ts';
import type { Db, RunNamed } from './database.ts';
import { databaseFailure } from './database.ts';
import type { Scribe } from './scribe.ts';
import type { Draft, Placed } from './timeline-append.ts';
import { appendStatement, draft, eventOf } from './timeline-append.ts';
import { untilThrough } from './until-through.ts';

/** The way in for events that come with no other change. */
export type Appender = {
  /** Records one event, and answers once it is committed. */
  readonly append: (event: NewTimelineEvent) => Promise<TimelineEvent>;
  /** Resolves when all that is under way has been answered. */
  readonly settled: () => Promise<void>;
};

type Appending = {
  readonly db: Db;
  readonly runNamed: RunNamed;
  readonly scribe: Scribe;
  /** @throws Error where waiting for the database would never end */
  readonly assertOutside: () => void;
};

type Waiting = {
  readonly draft: Draft;
  readonly resolve: (event: TimelineEvent) => void;
  readonly reject: (error: unknown) => void;
};

/** A transaction holds its chain, so it is kept short. */
const mostAtOnce = 100;

/**
 * Makes the way in for single events.
 *
 * One alone is one statement that commits by itself. Those that arrive for a chain while one of its
 * appends is under way wait for it and then share a transaction, in the order in which they came:
 * a chain has one writer at a time anyway, and so they wait for one commit instead of one each.
 * Nobody is kept waiting for company, and nobody is answered before their own commit.
 */
export function makeAppender(appending: Appending): Appender {
  const lanes = new Map<string, Waiting[]>();
  const drives = new Set<Promise<void>>();

  const drive = async (chain: string, lane: Waiting[], first: Waiting): Promise<void> => {
    let next = [first];
    while (next.length > 0) {
      await settle(appending, next);
      // Those who were answered just now may have more to say at once; let them join the others.
      await nextTurn();
      next = lane.splice(0, mostAtOnce);
    }
    lanes.delete(chain);
  };

  const append = (event: NewTimelineEvent) =>
    new Promise<TimelineEvent>((resolve, reject) => {
      appending.assertOutside();
      const waiting = { draft: draft(appending.scribe, event), resolve, reject };
      const chain = waiting.draft.facts.incident;
      const lane = lanes.get(chain);
      if (lane !== undefined) {
        lane.push(waiting);
        return;
      }
      const own: Waiting[] = [];
      lanes.set(chain, own);
      const driven = drive(chain, own, waiting);
      drives.add(driven);
      void driven.finally(() => drives.delete(driven));
    });
  return {
    append,
    settled: async () => {
      while (drives.size > 0) await Promise.all(drives);
    },
  };
}

/** Answers everyone in it; never throws. */
async function settle(appending: Appending, together: readonly Waiting[]): Promise<void> {
  const drafts = together.map((one) => one.draft);
  try {
    const events = await untilThrough(() => write(appending, drafts));
    for (const [index, { resolve, reject }] of together.entries()) {
      const event = events[index];
      if (event === undefined) reject(new Error('An event was recorded without an answer.'));
      else resolve(event);
    }
  } catch (error) {
    if (together.length > 1 && wasRolledBack(error)) {
      // One that the database refuses must not take the others with it.
      for (const one of together) await settle(appending, [one]);
    } else {
      for (const { reject } of together) reject(error);
    }
  }
}

/** True when the database itself refused; a connection that broke may have committed before. */
function wasRolledBack(error: unknown): boolean {
  const code = databaseFailure(error)?.code;
  return code !== undefined && !/^(?:08|57|58|XX)/.test(code);
}

async function write(
  { db, runNamed, scribe }: Appending,
  drafts: readonly Draft[],
): Promise<readonly TimelineEvent[]> {
  const [only] = drafts;
  if (only !== undefined && drafts.length === 1) {
    const statement = appendStatement(only, scribe.now().getTime(), { unlessSigned: true });
    const [placed] = await runNamed<Placed>('append_event', statement);
    if (placed !== undefined) return [eventOf(only, placed)];
  }
  return db.transaction((tx) => appendToChain(tx, scribe, drafts));
}
