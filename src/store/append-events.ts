import { sql } from 'drizzle-orm';

import type { NewTimelineEvent, TimelineEvent } from '../domain/timeline.ts';
import { entryDomain } from '../record/record.ts';
import { writeCheckpoint } from './checkpoints.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import { rowsAsJson } from './fold.ts';
import { inKeyOrder } from './rows.ts';
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

/**
 * Records events, each chained to its predecessor, and answers them in the order given.
 *
 * Chains are locked in the order of their ids, so two transactions that write to the same two
 * chains cannot wait for each other.
 *
 * @throws Error before anything is written when an event holds what the timeline cannot
 */
export async function appendEvents(
  tx: Db,
  scribe: Scribe,
  events: readonly NewTimelineEvent[],
): Promise<readonly TimelineEvent[]> {
  const drafts = events.map((event) => draft(scribe, event));
  const byChain = [...Map.groupBy(drafts, ({ facts }) => facts.incident)];
  const appended = await inKeyOrder(
    byChain,
    ([chain]) => chain,
    async ([, own]) => {
      const [only] = own;
      return only && own.length === 1
        ? [await appendOne(tx, scribe, only)]
        : appendToChain(tx, scribe, own);
    },
  );
  const placed = new Map(appended.flat().map((event) => [event.id, event]));
  return drafts.flatMap(({ facts }) => placed.get(facts.id) ?? []);
}

/** An event alone: one statement, hashed by the database. */
async function appendOne(tx: Db, scribe: Scribe, one: Draft): Promise<TimelineEvent> {
  const { incident } = one.facts;
  const [placed] = await rowsOf<Placed>(tx, appendStatement(one, scribe.now().getTime()));
  if (placed === undefined) throw unopened(incident);
  if (placed.seq % checkpointEvery === 0) {
    await writeCheckpoint(tx, scribe, { incident, seq: placed.seq, head: placed.hash });
  }
  return eventOf(one, placed);
}

function unopened(incident: string): Error {
  return new Error(`There is no timeline for ${incident}: its incident was never saved.`);
}

type Head = {
  readonly seq: number;
  readonly head: string;
  readonly recorded_at: string;
  readonly skew_ms: number | null;
};

/** The same as one append after the other, with the chain locked once and hashed here. */
export async function appendToChain(
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
    throw unopened(chain);
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
