import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';

import { z } from 'zod';

import type { Store, StoredEntry } from '../store/store.ts';

const entry = z.strictObject({
  v: z.literal(1),
  tenant: z.uuid(),
  incident: z.uuid(),
  seq: z.int(),
  id: z.uuid(),
  kind: z.string(),
  recorded_at: z.iso.datetime({ precision: 3 }),
  occurred_at: z.iso.datetime({ precision: 3 }),
  source: z.string(),
  skew_ms: z.int().optional(),
  actor_commit: z.string(),
  body_commit: z.string(),
  attachments: z.array(z.unknown()),
  prev: z.string(),
});

/** An entry of a chain, read back from the bytes that were hashed. */
export type CheckedEntry = z.infer<typeof entry>;

/**
 * Follows a chain from its genesis to its head with nothing of ours but the bytes, and fails at
 * the first link that does not hold. Answers the entries.
 */
export async function assertChainHolds(
  store: Store,
  chain: string,
): Promise<readonly CheckedEntry[]> {
  const genesis = await store.timeline.genesis(chain);
  let prev = sha256(`timeline-genesis-v1\n${sortedJson(genesis)}`);
  let recordedAt = '';
  const entries: CheckedEntry[] = [];
  const heads = new Map<number, string>();
  for await (const page of store.timeline.read(chain)) {
    for (const stored of page) {
      const one = entry.parse(JSON.parse(stored.canonical));
      assert.equal(stored.canonical, sortedJson(JSON.parse(stored.canonical)), 'not canonical');
      assert.equal(one.seq, entries.length + 1, 'a number is missing');
      assert.equal(one.prev, prev, `entry ${one.seq} does not follow its predecessor`);
      assert.equal(one.tenant, store.instance.id);
      assert.ok(one.recorded_at >= recordedAt, `entry ${one.seq} was recorded too early`);
      assert.equal(sha256(`timeline-entry-v1\n${stored.canonical}`), stored.hash);
      assertCommitted(one, stored);
      prev = stored.hash;
      recordedAt = one.recorded_at;
      heads.set(one.seq, stored.hash);
      entries.push(one);
    }
  }
  await assertSigned(store, chain, heads);
  return entries;
}

function assertCommitted(one: CheckedEntry, stored: StoredEntry): void {
  for (const [part, commit] of [
    ['actor', one.actor_commit],
    ['body', one.body_commit],
  ] as const) {
    const value = stored[part];
    if (value === undefined) continue;
    const salt = Buffer.from(value.salt, 'base64url');
    assert.equal(salt.length, 32);
    const digest = createHash('sha256').update(salt).update(sortedJson(value.value));
    assert.equal(digest.digest('base64url'), commit, `the ${part} of entry ${one.seq} was changed`);
  }
}

const checkpoint = z.strictObject({
  v: z.literal(1),
  tenant: z.uuid(),
  incident: z.uuid(),
  seq: z.int(),
  head: z.string(),
  time: z.iso.datetime(),
  key_id: z.string(),
});

async function assertSigned(
  store: Store,
  chain: string,
  heads: ReadonlyMap<number, string>,
): Promise<void> {
  const keys = new Map(
    (await store.timeline.keys()).map(({ keyId, publicKeyPem }) => [keyId, publicKeyPem]),
  );
  for (const { canonical, signature } of await store.timeline.checkpoint(chain)) {
    const one = checkpoint.parse(JSON.parse(canonical));
    const key = createPublicKey(keys.get(one.key_id) ?? '');
    const message = Buffer.from(`timeline-checkpoint-v1\n${canonical}`);
    assert.ok(verify(null, message, key, Buffer.from(signature, 'base64url')), 'bad signature');
    assert.equal(heads.get(one.seq), one.head, `checkpoint ${one.seq} signs another head`);
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** RFC 8785 for the values that occur here: keys sorted by UTF-16, no floats. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${sortedJson(item)}`);
  return `{${parts.join(',')}}`;
}
