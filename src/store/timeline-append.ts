import type { SQL } from 'drizzle-orm';
import { eq, sql } from 'drizzle-orm';

import type { Json } from '../domain/json.ts';
import type { Actor, NewTimelineEvent, TimelineEvent } from '../domain/timeline.ts';
import { instanceChain } from '../domain/timeline.ts';
import type { EntryFacts, Genesis } from '../record/record.ts';
import { entryDomain } from '../record/record.ts';
import type { Db } from './database.ts';
import {
  checkedInstant,
  recordableActor,
  recordableAttachments,
  recordableBody,
} from './recordable.ts';
import type { Scribe } from './scribe.ts';
import { chains, timelineEntries } from './tables/timeline.ts';

/** So many entries are under one signature. */
export const checkpointEvery = 50;
const saltBytes = 32;

/** Begins a chain: its genesis, made in the transaction that makes what it is about. */
export async function openChain(
  tx: Db,
  scribe: Scribe,
  incident: string,
  createdAt: Date,
): Promise<void> {
  const { recorder, signer, randomBytes, instanceId } = scribe;
  const genesis: Genesis = {
    tenant: instanceId,
    incident,
    created_at: createdAt.toISOString(),
    key_id: signer.keyId,
    nonce: Buffer.from(randomBytes(saltBytes)).toString('base64url'),
  };
  await tx.insert(chains).values({
    incident,
    createdAt,
    keyId: genesis.key_id,
    nonce: genesis.nonce,
    seq: 0,
    prevHead: '',
    head: recorder.genesis(genesis),
    recordedAt: createdAt,
  });
}

/** An entry with everything but its place, all checks made. */
export type Draft = {
  readonly event: NewTimelineEvent;
  readonly facts: EntryFacts;
  readonly before: string;
  readonly after: string;
  readonly actor: { readonly salt: string; readonly value: Actor };
  readonly body: { readonly salt: string; readonly value: Body };
};
type Body = ReturnType<typeof recordableBody>;

/** @throws Error when an event holds what the timeline cannot */
export function draft(scribe: Scribe, event: NewTimelineEvent): Draft {
  const { recorder, redact, instanceId, newId } = scribe;
  const actor = salted(scribe, recordableActor(event.actor, redact));
  const body = salted(scribe, recordableBody(event, redact));
  const facts: EntryFacts = {
    tenant: instanceId,
    incident: event.chain === instanceChain ? instanceId : event.chain,
    id: newId(),
    kind: event.kind,
    occurred_at: checkedInstant(event.occurredAt).toISOString(),
    source: event.source,
    actor_commit: recorder.commit(actor.salt, actor.value),
    body_commit: recorder.commit(body.salt, body.value),
    attachments: recordableAttachments(event.attachments),
  };
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(event.kind)) {
    throw new Error('The kind of a timeline event is snake case.');
  }
  return { event, facts, ...recorder.splitEntry(facts), actor, body };
}

function salted<T extends Json>(scribe: Scribe, value: T): { salt: string; value: T } {
  const bytes = scribe.randomBytes(saltBytes);
  if (bytes.length !== saltBytes) throw new RangeError('A salt has the wrong length.');
  return { salt: Buffer.from(bytes).toString('base64url'), value };
}

/** The place that an entry got. */
export type Placed = {
  readonly seq: number;
  readonly recorded_at: string;
  readonly skew_ms: number | null;
  readonly prev: string;
  readonly hash: string;
};

/** What is answered to whoever recorded it. */
export function eventOf(one: Draft, placed: Placed): TimelineEvent {
  const { event, body } = one;
  return {
    id: one.facts.id,
    chain: event.chain,
    seq: placed.seq,
    kind: event.kind,
    source: event.source,
    occurredAt: event.occurredAt,
    recordedAt: new Date(placed.recorded_at),
    ...(placed.skew_ms === null ? {} : { skewMs: placed.skew_ms }),
    actor: one.actor.value,
    text: body.value.text,
    ...(one.facts.attachments.length === 0 ? {} : { attachments: one.facts.attachments }),
    ...(body.value.data === undefined ? {} : { data: body.value.data }),
    hash: placed.hash,
  };
}

/** As `toISOString` writes it. */
export const isoUtc = sql.raw(`'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`);
/** The column holds 24 days; a clock that is off by more is wrong by "more than that". */
const skewLimit = sql.raw('2147483647');

/** How far the clock is from the database's, in ms; null below a second. */
export function skewOf(clockMs: number): SQL {
  const skew = sql`(floor(extract(epoch from statement_timestamp()) * 1000)::bigint
    - ${String(clockMs)}::bigint)`;
  return sql`case when abs(${skew}) < 1000 then null
    else greatest(-${skewLimit}, least(${skewLimit}, ${skew}))::int end`;
}

/**
 * One statement: it locks the chain by updating its head, hashes the entry with the place it got,
 * and stores entry and values. A writer that had to wait sees the head its predecessor left.
 *
 * The skew is taken from the moment the statement arrived, because waiting for the lock is no skew.
 *
 * @param options.unlessSigned does nothing when this entry is to be signed, which takes a transaction
 */
export function appendStatement(
  one: Draft,
  clockMs: number,
  { unlessSigned = false }: { readonly unlessSigned?: boolean } = {},
): SQL {
  const { facts, actor, body } = one;
  const clock = sql`to_timestamp(${String(clockMs)}::numeric / 1000)::timestamptz(3)`;
  const at = sql`greatest(${chains.recordedAt}, ${clock})`;
  const text = sql`${entryDomain + one.before}::text || ${chains.head}
    || '","recorded_at":"' || to_char(${at} at time zone 'UTC', ${isoUtc})
    || '","seq":' || (${chains.seq} + 1)::text
    || (select coalesce(',"skew_ms":' || ms::text, '') from skew) || ${one.after}::text`;
  return sql`
    with skew as materialized (
      select ${skewOf(clockMs)} as ms
    ), moved as (
      update ${chains} set
        seq = ${chains.seq} + 1,
        prev_head = ${chains.head},
        recorded_at = ${at},
        head = encode(sha256(convert_to(${text}, 'UTF8')), 'hex')
      where ${eq(chains.incident, facts.incident)}
        ${unlessSigned ? sql`and (${chains.seq} + 1) % ${sql.raw(String(checkpointEvery))} <> 0` : sql``}
      returning seq, prev_head, head, recorded_at
    ), kept as (
      insert into timeline_values (incident, seq, part, salt, value)
      select ${facts.incident}::uuid, moved.seq, part, salt, value
      from moved, (values
        ('actor', ${actor.salt}::text, ${JSON.stringify(actor.value)}::jsonb),
        ('body', ${body.salt}::text, ${JSON.stringify(body.value)}::jsonb)
      ) as parts (part, salt, value)
    )
    insert into ${timelineEntries} (incident, seq, id, kind, source, occurred_at, recorded_at,
      skew_ms, actor_commit, body_commit, attachments, prev, hash)
    select ${facts.incident}::uuid, moved.seq, ${facts.id}::uuid, ${facts.kind}::text,
      ${facts.source}::text, ${facts.occurred_at}::timestamptz, moved.recorded_at,
      (select ms from skew), ${facts.actor_commit}::text, ${facts.body_commit}::text,
      ${JSON.stringify(facts.attachments)}::jsonb, moved.prev_head, moved.head
    from moved
    returning seq, to_char(recorded_at at time zone 'UTC', ${isoUtc}) as recorded_at, skew_ms,
      prev, hash`;
}
