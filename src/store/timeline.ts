import { and, asc, desc, eq, gt, inArray, lt, lte } from 'drizzle-orm';
import { z } from 'zod';

import type { Json, JsonObject } from '../domain/json.ts';
import type { Actor, Chain, TimelineEvent } from '../domain/timeline.ts';
import { instanceChain } from '../domain/timeline.ts';
import { UserError } from '../errors.ts';
import { chainHeads } from './chain-heads.ts';
import { checkpointsOf, signHead } from './checkpoints.ts';
import type { Db } from './database.ts';
import type { Scribe } from './scribe.ts';
import type { StoredEntry, Timeline } from './store.ts';
import { signingKeys } from './tables/instance.ts';
import { chains, timelineEntries, timelineValues } from './tables/timeline.ts';

/** Entries read at a time while a whole chain streams by. */
const pageSize = 500;

/** Reads of the timelines of this instance, and the signing of their heads. */
export function timelineStore(db: Db, scribe: Scribe): Timeline {
  const idOf = (chain: Chain) => (chain === instanceChain ? scribe.instanceId : chain);
  return {
    async latest(chain, limit, before) {
      const isOlder = before === undefined ? undefined : lt(timelineEntries.seq, before);
      const rows = await db
        .select()
        .from(timelineEntries)
        .where(and(eq(timelineEntries.incident, idOf(chain)), isOlder))
        .orderBy(desc(timelineEntries.seq))
        .limit(limit);
      const values = await valuesOf(db, rows);
      return rows.toReversed().map((row) => eventOf(row, chain, values));
    },

    async newest(chain, kind) {
      const rows = await db
        .select()
        .from(timelineEntries)
        .where(and(eq(timelineEntries.incident, idOf(chain)), eq(timelineEntries.kind, kind)))
        .orderBy(desc(timelineEntries.seq))
        .limit(1);
      const values = await valuesOf(db, rows);
      return rows.map((row) => eventOf(row, chain, values))[0];
    },

    async *read(chain) {
      const incident = idOf(chain);
      // Up to the head of now: whoever keeps writing must not keep the reader for ever.
      const { seq: last } = await headOf(db, incident);
      let after = 0;
      while (after < last) {
        const rows = await pageAfter(db, incident, after, last);
        const values = await valuesOf(db, rows);
        yield rows.map((row) => entryOf(row, values, scribe));
        const newest = rows.at(-1)?.seq;
        if (newest === undefined) return;
        after = newest;
      }
    },

    async genesis(chain) {
      const incident = idOf(chain);
      const { createdAt, keyId, nonce } = await headOf(db, incident);
      return {
        tenant: scribe.instanceId,
        incident,
        created_at: createdAt.toISOString(),
        key_id: keyId,
        nonce,
      };
    },

    async checkpoint(chain) {
      const incident = idOf(chain);
      await db.transaction((tx) => signHead(tx, scribe, incident));
      return checkpointsOf(db, incident);
    },

    heads: () => chainHeads(db, scribe.instanceId),

    async keys() {
      const { keyId, publicKeyPem, addedAt } = signingKeys;
      return db.select({ keyId, publicKeyPem }).from(signingKeys).orderBy(asc(addedAt), asc(keyId));
    },
  };
}

type Row = typeof timelineEntries.$inferSelect;
type Values = ReadonlyMap<string, { readonly salt: string; readonly value: unknown }>;

async function headOf(db: Db, incident: string): Promise<typeof chains.$inferSelect> {
  const [head] = await db.select().from(chains).where(eq(chains.incident, incident));
  if (head === undefined) throw new UserError('not_found', 'There is no such timeline.');
  return head;
}

async function pageAfter(
  db: Db,
  incident: string,
  after: number,
  last: number,
): Promise<readonly Row[]> {
  return db
    .select()
    .from(timelineEntries)
    .where(
      and(
        eq(timelineEntries.incident, incident),
        gt(timelineEntries.seq, after),
        lte(timelineEntries.seq, last),
      ),
    )
    .orderBy(asc(timelineEntries.seq))
    .limit(pageSize);
}

const valueKey = (seq: number, part: 'actor' | 'body') => `${seq}/${part}`;

async function valuesOf(db: Db, rows: readonly Row[]): Promise<Values> {
  const incident = rows[0]?.incident;
  if (incident === undefined) return new Map();
  const found = await db
    .select()
    .from(timelineValues)
    .where(
      and(
        eq(timelineValues.incident, incident),
        inArray(
          timelineValues.seq,
          rows.map((row) => row.seq),
        ),
      ),
    );
  return new Map(found.map(({ seq, part, salt, value }) => [valueKey(seq, part), { salt, value }]));
}

/** The entry as it was hashed; built again from its columns, so a changed column shows. */
function entryOf(row: Row, values: Values, { recorder, instanceId }: Scribe): StoredEntry {
  const { before, after } = recorder.splitEntry({
    tenant: instanceId,
    incident: row.incident,
    id: row.id,
    kind: row.kind,
    occurred_at: row.occurredAt.toISOString(),
    source: row.source,
    actor_commit: row.actorCommit,
    body_commit: row.bodyCommit,
    attachments: attachmentsOf(row.attachments),
  });
  const skew = row.skewMs === null ? '' : `,"skew_ms":${row.skewMs}`;
  const place = `${row.prev}","recorded_at":"${row.recordedAt.toISOString()}","seq":${row.seq}`;
  const actor = values.get(valueKey(row.seq, 'actor'));
  const body = values.get(valueKey(row.seq, 'body'));
  return {
    canonical: before + place + skew + after,
    hash: row.hash,
    ...(actor === undefined ? {} : { actor }),
    ...(body === undefined ? {} : { body }),
  };
}

const attachments = z.array(
  z.strictObject({ sha256: z.string(), size: z.int(), type: z.string() }),
);

function attachmentsOf(stored: unknown): z.infer<typeof attachments> {
  return attachments.parse(stored);
}

const storedActor: z.ZodType<Actor> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), id: z.string(), name: z.string() }),
  z.object({ kind: z.literal('firebreak') }),
  z.object({ kind: z.literal('connection'), name: z.string() }),
]);

const json: z.ZodType<Json> = z.json();
const storedBody: z.ZodType<{ text: string; data?: JsonObject }> = z.object({
  text: z.string(),
  data: z.record(z.string(), json).exactOptional(),
});

function eventOf(row: Row, chain: Chain, values: Values): TimelineEvent {
  const actor = values.get(valueKey(row.seq, 'actor'));
  const body = values.get(valueKey(row.seq, 'body'));
  const attached = attachmentsOf(row.attachments);
  return {
    id: row.id,
    chain,
    seq: row.seq,
    kind: row.kind,
    source: row.source,
    occurredAt: row.occurredAt,
    recordedAt: row.recordedAt,
    ...(row.skewMs === null ? {} : { skewMs: row.skewMs }),
    ...(attached.length === 0 ? {} : { attachments: attached }),
    ...(actor === undefined ? {} : { actor: storedActor.parse(actor.value) }),
    ...(body === undefined ? {} : storedBody.parse(body.value)),
    hash: row.hash,
  };
}
