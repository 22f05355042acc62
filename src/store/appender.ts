import { setImmediate as nextTurn } from 'node:timers/promises';

import { sql } from 'drizzle-orm';

import type { NewTimelineEvent, TimelineEvent } from '../domain/timeline.ts';
import { entryDomain } from '../record/record.ts';
import { writeCheckpoint } from './checkpoints.ts';
import type { Db, RunNamed } from './database.ts';
import { databaseFailure, rowsOf } from './database.ts';
import { rowsAsJson } from './fold.ts';
import type { Scribe } from './scribe.ts';
import { chains, timelineEntries } from './tables/timeline.ts';
import type { Draft, Placed } from './timeline-append.ts';
import {
  appendStatement,
  checkpointEvery,
  draft,
  eventOf,
  isoUtc,
  skewOf,
} from './timeline-append.ts';
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
  return db.transaction((tx) => writeTogether(tx, scribe, drafts));
}

type Head = {
  readonly seq: number;
  readonly head: string;
  readonly recorded_at: string;
  readonly skew_ms: number | null;
};

/** The same as one append after the other, with the chain locked once and hashed here. */
async function writeTogether(
  tx: Db,
  scribe: Scribe,
  drafts: readonly Draft[],
): Promise<readonly TimelineEvent[]> {
  const chain = drafts[0]?.facts.incident ?? '';
  const clock = scribe.now();
  const [head] = await rowsOf<Head>(
    tx,
    sql`select seq, head, ${skewOf(clock.getTime())} as skew_ms,
        to_char(recorded_at at time zone 'UTC', ${isoUtc}) as recorded_at
      from ${chains} where incident = ${chain}::uuid for update`,
  );
  if (head === undefined) {
    throw new Error(`There is no timeline for ${chain}: its incident was never saved.`);
  }
  const placed = placesAfter(head, clock, scribe, drafts);
  await keep(tx, chain, drafts, placed);
  for (const { seq, hash } of placed) {
    if (seq % checkpointEvery !== 0) continue;
    await writeCheckpoint(tx, scribe, { incident: chain, seq, head: hash });
  }
  return drafts.map((one, index) => {
    const place = placed[index];
    if (place === undefined) throw new Error('An entry has no place.');
    return eventOf(one, place);
  });
}

function placesAfter(
  head: Head,
  clock: Date,
  { recorder }: Scribe,
  drafts: readonly Draft[],
): readonly Placed[] {
  // Both are written alike, so the later instant is the greater text.
  const now = clock.toISOString();
  const recordedAt = head.recorded_at > now ? head.recorded_at : now;
  const skew = head.skew_ms === null ? '' : `,"skew_ms":${head.skew_ms}`;
  const placed: Placed[] = [];
  let { seq, head: prev } = head;
  for (const { before, after } of drafts) {
    seq += 1;
    const place = `${prev}","recorded_at":"${recordedAt}","seq":${seq}${skew}`;
    const hash = recorder.sha256(entryDomain + before + place + after);
    placed.push({ seq, recorded_at: recordedAt, skew_ms: head.skew_ms, prev, hash });
    prev = hash;
  }
  return placed;
}

async function keep(
  tx: Db,
  chain: string,
  drafts: readonly Draft[],
  placed: readonly Placed[],
): Promise<void> {
  const rows = drafts.map(({ facts, actor, body }, index) => ({
    ...facts,
    ...placed[index],
    actor_salt: actor.salt,
    actor: actor.value,
    body_salt: body.salt,
    body: body.value,
  }));
  const last = placed.at(-1);
  if (last === undefined) return;
  await tx.execute(sql`
    with given as materialized (
      select * from json_to_recordset(${rowsAsJson(rows)}::json) as row(seq int, id uuid, kind text,
        source text, occurred_at timestamptz, recorded_at timestamptz, skew_ms int,
        actor_commit text, body_commit text, attachments jsonb, prev text, hash text,
        actor_salt text, actor jsonb, body_salt text, body jsonb)
    ), moved as (
      update ${chains} set seq = ${last.seq}, prev_head = ${last.prev}, head = ${last.hash},
        recorded_at = ${last.recorded_at}::timestamptz
      where incident = ${chain}::uuid
    ), kept as (
      insert into timeline_values (incident, seq, part, salt, value)
      select ${chain}::uuid, seq, 'actor', actor_salt, actor from given
      union all select ${chain}::uuid, seq, 'body', body_salt, body from given
    )
    insert into ${timelineEntries} (incident, seq, id, kind, source, occurred_at, recorded_at,
      skew_ms, actor_commit, body_commit, attachments, prev, hash)
    select ${chain}::uuid, seq, id, kind, source, occurred_at, recorded_at, skew_ms, actor_commit,
      body_commit, attachments, prev, hash from given`);
}
