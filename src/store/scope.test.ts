import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import { forEachDatabase } from '../testing/database.ts';
import { storeIncident, storePerson } from '../testing/records.ts';
import type { Db } from './database.ts';
import { scopeStore, writeScope } from './scope.ts';
import type { NewScopeItem, ScopeStore } from './store.ts';
import { scopeItems } from './tables/scope.ts';

const at = new Date('2026-11-22T09:00:00Z');
const later = new Date('2026-11-22T10:00:00Z');

describe('the scope of an incident', () => {
  forEachDatabase((_, open) => {
    let db: Db;
    let scope: ScopeStore;
    let ana: string;
    before(async () => {
      ({ db } = await open());
      scope = scopeStore(db);
      ana = await storePerson(db, 'ana');
    });
    const anIncident = () => storeIncident(db, { name: `INC-${randomUUID()}`, declaredBy: ana });
    const items = (incident: string): NewScopeItem[] => [
      {
        incident,
        kind: 'host',
        key: { connection: '', id: 'evil.example' },
        name: 'evil.example',
        addedBy: ana,
        addedAt: at,
      },
      {
        incident,
        kind: 'workflow',
        key: { connection: randomUUID(), id: 'charge' },
        name: 'Charge 🔥',
        ref: 'w1',
        observedHash: 'h1',
        addedBy: ana,
        addedAt: at,
      },
    ];
    const write = (adds: NewScopeItem[], drops: Parameters<typeof writeScope>[2] = []) =>
      db.transaction((tx) => writeScope(tx, adds, drops));

    it('holds what was added, of this incident alone', async () => {
      const incident = await anIncident();
      const other = await anIncident();
      await write([...items(incident), ...items(other)]);
      const expected = items(incident).map(({ key: _key, ...item }) => item);
      const found = await scope.of(incident);
      assert.deepEqual(
        found.map(({ key: _key, ...item }) => item),
        expected,
      );
      assert.deepEqual(found[0]?.key, { connection: '', id: 'evil.example' });
      assert.deepEqual(await scope.of('no uuid'), []);
    });

    it('keeps what was added first when it is added again', async () => {
      const incident = await anIncident();
      const [host, workflow] = items(incident);
      assert.ok(host && workflow);
      await write([host, workflow]);
      await write([workflow, { ...workflow, observedHash: 'h2', addedAt: later }, workflow]);
      assert.deepEqual(await scope.of(incident), [host, workflow]);
    });

    it('forgets what was dropped but keeps who dropped it, and takes it up again', async () => {
      const incident = await anIncident();
      const [host] = items(incident);
      assert.ok(host);
      const drop = { incident, kind: host.kind, key: host.key, by: ana, at: later };
      await write([host]);
      await write([], [drop]);
      await write([], [drop]);
      assert.deepEqual(await scope.of(incident), []);
      await write([{ ...host, addedAt: later }]);
      assert.deepEqual(await scope.of(incident), [{ ...host, addedAt: later }]);
      const rows = await db.select().from(scopeItems);
      const dropped = rows.filter((row) => row.incident === incident && row.droppedBy === ana);
      assert.equal(dropped.length, 1);
    });
  });
});
