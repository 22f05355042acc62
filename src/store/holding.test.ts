import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import { eq } from 'drizzle-orm';

import type { Action, Plan } from '../domain/plan.ts';
import { forEachDatabase } from '../testing/database.ts';
import { aConnection } from '../testing/nouns.ts';
import { anAction, aPlan, storeIncident, storePerson } from '../testing/records.ts';
import { writeConnections } from './connections.ts';
import type { Db } from './database.ts';
import { plansStore, writeActions, writePlans } from './plans.ts';
import type { Plans } from './store.ts';
import { incidents } from './tables/incidents.ts';
import { scopeItems } from './tables/scope.ts';

const connection = randomUUID();
const at = new Date('2026-11-22T09:00:00.123Z');

describe('what other containments keep off', () => {
  forEachDatabase((_, open) => {
    let db: Db;
    let plans: Plans;
    let ana: string;
    let incident: string;
    let secret: string;
    before(async () => {
      ({ db } = await open());
      plans = plansStore(db);
      ana = await storePerson(db, 'ana');
      incident = await storeIncident(db, { name: 'INC-1', declaredBy: ana });
      secret = await storeIncident(db, {
        name: 'INC-QKXV',
        declaredBy: ana,
        visibility: 'private',
      });
      await writeConnections(db, [aConnection({ id: connection })]);
    });
    const propose = async (given: Partial<Plan> = {}): Promise<Plan> => {
      const [plan] = await db.transaction((tx) =>
        writePlans(tx, [aPlan({ incident, requestedBy: ana, ...given })]),
      );
      return plan ?? assert.fail('nothing was written');
    };
    const store = async (...actions: Action[]) => {
      await db.transaction((tx) => writeActions(tx, actions));
    };

    it('knows what others keep off, until they are being taken back', async () => {
      const key = { connection, id: randomUUID() };
      const acting = async (state: Action['state'], given: Partial<Plan> = {}) => {
        const plan = await propose(given);
        const lever = plan.purpose === 'undo' ? ('enable' as const) : ('disable' as const);
        await store(anAction({ plan: plan.id, connection, workflow: key.id, state, lever }));
        return plan;
      };
      const mine = await acting('verified');
      assert.deepEqual(await plans.othersHolding(mine.id), []);
      const theirs = await acting('pending', { incident: secret });
      const coming = await acting('planned', { state: 'running' });
      for (const state of ['undone', 'skipped', 'contradicted', 'planned'] as const) {
        await acting(state);
      }
      const held = (await plans.othersHolding(mine.id)).map(({ plan }) => plan);
      assert.deepEqual(held.toSorted(), [theirs.name, coming.name].toSorted());
      assert.deepEqual(await plans.othersHolding(mine.id, { connection, id: 'another' }), []);
      const undo = { purpose: 'undo', undoes: theirs.id } as const;
      await acting('skipped', { ...undo, state: 'cancelled' });
      assert.equal((await plans.othersHolding(mine.id, key)).length, 2);
      await acting('skipped', { ...undo, state: 'finished' });
      assert.deepEqual(await plans.othersHolding(mine.id, key), [
        { key, plan: coming.name, incident, isPrivate: false },
      ]);
      await acting('planned', { purpose: 'undo', undoes: coming.id, state: 'cancelled' });
      assert.equal((await plans.othersHolding(mine.id, key)).length, 1, 'it was never asked for');
      await acting('unverifiable', { purpose: 'undo', undoes: coming.id, state: 'cancelled' });
      assert.deepEqual(await plans.othersHolding(mine.id, key), [], 'it was, and then cancelled');
    });

    it('knows that a containment has ended where a later one found the workflow on', async () => {
      const key = { connection, id: randomUUID() };
      const disabled = async (second: number, wasOff: boolean) => {
        const plan = await propose({ state: 'finished' });
        const memo = { platform: {}, contentHash: 'h', byHand: [], wasOff };
        const requestedAt = new Date(at.getTime() + second * 1_000);
        const acceptedAt = new Date(requestedAt.getTime() + 500);
        const times = { requestedAt, acceptedAt };
        const given = { plan: plan.id, connection, workflow: key.id, state: 'verified' } as const;
        await store(anAction({ ...given, memo, ...times }));
        return plan;
      };
      const namesFor = async ({ id }: Plan) =>
        (await plans.othersHolding(id, key)).map(({ plan }) => plan);
      const first = await disabled(0, false);
      const second = await disabled(60, false);
      assert.deepEqual(await namesFor(second), [], 'it was on again before the second');
      assert.deepEqual(await namesFor(first), [second.name]);
      const third = await disabled(120, true);
      assert.deepEqual(await namesFor(third), [second.name], 'the second kept it off');
      const atOnce = await disabled(60.2, false);
      assert.ok((await namesFor(atOnce)).includes(second.name), 'the second had no answer yet');
    });

    it('knows that a closed incident keeps off nothing but what was convicted there', async () => {
      const key = { connection, id: randomUUID() };
      const closed = await storeIncident(db, { name: `INC-${randomUUID()}`, declaredBy: ana });
      const containing = async (within: string) => {
        const plan = await propose({ incident: within, state: 'finished' });
        await store(anAction({ plan: plan.id, connection, workflow: key.id, state: 'verified' }));
        return plan;
      };
      const theirs = await containing(closed);
      const mine = await containing(incident);
      assert.equal((await plans.othersHolding(mine.id, key)).length, 1);
      await db.update(incidents).set({ closedAt: at }).where(eq(incidents.id, closed));
      assert.deepEqual(await plans.othersHolding(mine.id, key), []);
      await db.insert(scopeItems).values({
        id: randomUUID(),
        incident: closed,
        kind: 'workflow',
        connection,
        item: key.id,
        name: 'Charge cards',
        addedBy: ana,
        addedAt: at,
        convictedBy: ana,
        convictedAt: at,
      });
      const held = await plans.othersHolding(mine.id, key);
      assert.deepEqual(
        held.map(({ plan }) => plan),
        [theirs.name],
      );
    });
  });
});
