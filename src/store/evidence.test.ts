import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import { eq, sql } from 'drizzle-orm';

import { forEachDatabase } from '../testing/database.ts';
import { storeIncident, storePerson } from '../testing/records.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import { evidenceStore, writeEvidence } from './evidence.ts';
import { makeSealer, sealedPlace } from './seal.ts';
import type { EvidenceStore, NewEvidence } from './store.ts';
import { evidence } from './tables/evidence.ts';

const instance = randomUUID();
const sealer = makeSealer(randomBytes(32), randomBytes);
const connection = randomUUID();
const text = '{"name":"Charge","token":"canary-3b7c"}';
const bytes = new TextEncoder().encode(text);
const sha256 = createHash('sha256').update(text).digest('hex');

describe('evidence', () => {
  forEachDatabase((_, open) => {
    let db: Db;
    let store: EvidenceStore;
    let ana: string;
    let incident: string;
    before(async () => {
      ({ db } = await open());
      store = evidenceStore(db, sealer, instance);
      ana = await storePerson(db, 'ana');
      incident = await storeIncident(db, { name: 'INC-1', declaredBy: ana });
    });
    const item = (given: Partial<NewEvidence> = {}): NewEvidence => ({
      id: randomUUID(),
      incident,
      title: 'live-version.json',
      mediaType: 'application/json',
      collectedAt: new Date('2026-11-22T09:00:00.123Z'),
      from: { kind: 'workflow', connection, workflow: 'charge', workflowName: 'Charge 🔥' },
      bytes,
      ...given,
    });
    const keep = (...list: NewEvidence[]) =>
      db.transaction((tx) => writeEvidence(tx, sealer, instance, list));

    it('gets a name in its incident, its size and its hash, and opens again', async () => {
      const other = await storeIncident(db, { name: 'INC-2', declaredBy: ana });
      const first = item({ incident: other, collectedBy: ana, plan: randomUUID() });
      const second = item({ incident: other, bytes: new Uint8Array() });
      const written = await keep(first, second);
      const { bytes: _bytes, ...described } = first;
      assert.deepEqual(written[0], { ...described, name: 'E-1', sha256, sizeBytes: bytes.length });
      assert.equal(written[1]?.name, 'E-2');
      assert.equal(written[1].sizeBytes, 0);
      assert.deepEqual(await store.ofIncident(other), written);
      for (const name of ['E-1', 'e-1', ' 1 ']) {
        assert.deepEqual(await store.byName(other, name), written[0]);
      }
      assert.deepEqual(await store.bytes(first.id), bytes);
      assert.deepEqual(await store.bytes(second.id), new Uint8Array());
    });

    it('says what could not be had, of a plan alone too', async () => {
      const plan = randomUUID();
      const notHad = [{ part: 'executions', why: 'n8n said \0 (500).' }];
      const [whole, lacking] = await keep(item({ plan }), item({ plan, notHad }), item({ notHad }));
      assert.equal(whole?.notHad, undefined);
      assert.deepEqual(await store.lacking(incident, plan), [
        { ...lacking, notHad: [{ part: 'executions', why: 'n8n said \ufffd (500).' }] },
      ]);
    });

    it('knows nothing under other names', async () => {
      for (const name of ['E-0', 'E-999', '', 'E-', 'P-1', "1' or true"]) {
        assert.equal(await store.byName(incident, name), undefined, name);
      }
      assert.equal(await store.byName('no uuid', 'E-1'), undefined);
      for (const id of ['E-1', randomUUID()]) {
        await assert.rejects(store.bytes(id), { code: 'not_found' });
      }
    });

    it('lies in the database only sealed', async () => {
      const [kept] = await keep(item());
      const rows = await rowsOf<{ row: string }>(
        db,
        sql`select encode(sealed, 'escape') || evidence::text as row from evidence`,
      );
      assert.ok(kept && rows.length > 0);
      assert.ok(rows.every(({ row }) => !row.includes('canary-3b7c')));
    });

    it('is refused when its bytes were changed, moved or lost their hash', async () => {
      const [kept] = await keep(item());
      assert.ok(kept);
      const [stored] = await db.select().from(evidence).where(eq(evidence.id, kept.id));
      assert.ok(stored);
      const number = { n: 1_000 };
      const forge = async (given: Partial<typeof stored>) => {
        const id = given.id ?? randomUUID();
        number.n += 1;
        await db.insert(evidence).values({ ...stored, ...given, id, number: number.n });
        return store.bytes(id);
      };
      const flipped = new Uint8Array(stored.sealed);
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
      await assert.rejects(forge({ sealed: flipped }), {
        code: 'conflict',
        message: /cannot be opened/,
      });
      await assert.rejects(forge({}), { code: 'conflict', message: /moved/ });
      const id = randomUUID();
      const place = sealedPlace({ table: 'evidence', row: id, column: 'sealed', instance });
      const other = sealer.seal(new TextEncoder().encode(text.replace('7c', '7d')), place);
      await assert.rejects(forge({ id, sealed: other }), {
        code: 'conflict',
        message: /^E-\d+ no longer matches the hash/,
      });
    });

    it('is never edited', async () => {
      await keep(item());
      await assert.rejects(db.update(evidence).set({ title: 'other' }));
      await assert.rejects(db.delete(evidence));
    });
  });
});
