import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import { eq } from 'drizzle-orm';

import type { Action, Plan } from '../domain/plan.ts';
import { StaleError } from '../errors.ts';
import { forEachDatabase } from '../testing/database.ts';
import { aConnection } from '../testing/nouns.ts';
import { anAction, aPlan, storeIncident, storePerson } from '../testing/records.ts';
import { writeConnections } from './connections.ts';
import type { Db } from './database.ts';
import { plansStore, writeActions, writeApprovals, writeJournal, writePlans } from './plans.ts';
import type { Plans } from './store.ts';
import { incidents } from './tables/incidents.ts';

const connection = randomUUID();
const at = new Date('2026-11-22T09:00:00.123Z');

describe('plans', () => {
  forEachDatabase((_, open) => {
    let db: Db;
    let plans: Plans;
    let ana: string;
    let bob: string;
    let incident: string;
    let secret: string;
    before(async () => {
      ({ db } = await open());
      plans = plansStore(db);
      ana = await storePerson(db, 'ana');
      bob = await storePerson(db, 'bob');
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

    it('gives a plan back exactly as it was frozen', async () => {
      const proposed = aPlan({
        incident,
        requestedBy: ana,
        approvalsNeeded: 1,
        query: 'name:"🔥 x\\" OR active:true"',
        missing: ['No workflow is called “🔥”.', 'No host is called “x, {y}”.'],
        connections: [{ id: connection, name: 'prod', epoch: 3 }],
        targets: [
          {
            connection,
            id: 'charge',
            ref: 'w1',
            name: "'; drop table plans; -- 🔥",
            observedHash: 'h1',
            observedAt: at,
            active: true,
            breaks: ['3 webhooks refuse'],
            because: ['uses credential “Stripe live” (c1)'],
          },
        ],
      });
      const [written] = await db.transaction((tx) => writePlans(tx, [proposed]));
      const name = written?.name ?? '';
      assert.match(name, /^P-\d+$/);
      assert.deepEqual(written, { ...proposed, name, revision: 1 });
      assert.deepEqual(await plans.byId(proposed.id), written);
      assert.deepEqual(await plans.byName(name.toLowerCase(), bob), written);
      assert.deepEqual(await plans.byName(name.slice(2), bob), written);
      assert.equal(await plans.state(proposed.id), 'proposed');
    });

    it('counts names and lists the newest first', async () => {
      const other = await storeIncident(db, { name: `INC-${randomUUID()}`, declaredBy: ana });
      const first = await propose({ incident: other });
      const second = await propose({ incident: other });
      assert.equal(Number(second.name.slice(2)), Number(first.name.slice(2)) + 1);
      assert.deepEqual(await plans.ofIncident(other), [second, first]);
      assert.deepEqual(await plans.ofIncident('no uuid'), []);
    });

    it('hides plans of private incidents, and their numbers say nothing', async () => {
      const earlier = await propose();
      const hidden = await propose({ incident: secret });
      const next = await propose();
      assert.equal(Number(next.name.slice(2)), Number(earlier.name.slice(2)) + 1);
      assert.ok(Number(hidden.name.slice(2)) >= 100_000);
      assert.equal(await plans.byName(hidden.name, bob), undefined);
      assert.deepEqual(await plans.byName(hidden.name, ana), hidden);
    });

    it('knows nothing under names that are none', async () => {
      for (const name of ['', 'P-', 'INC-1', 'P-1; drop table plans', '99999999999', 'P--1']) {
        assert.equal(await plans.byName(name, ana), undefined, name);
      }
      assert.equal(await plans.byId('P-1'), undefined);
      assert.equal(await plans.byId(randomUUID()), undefined);
      assert.equal(await plans.state(randomUUID()), undefined);
    });

    it('counts single nodes among what a person started, and nothing that was taken back', async () => {
      const cy = await storePerson(db, `cy-${randomUUID()}`);
      const started = { state: 'running', startedAt: at, startedBy: cy } as const;
      for (const purpose of ['contain', 'mute', 'unmute', 'undo'] as const) {
        const plan = await propose({ purpose });
        await db.transaction((tx) => writePlans(tx, [{ ...plan, ...started }]));
      }
      const found = await plans.startedBy(cy, at);
      assert.deepEqual(found.map(({ purpose }) => purpose).toSorted(), ['contain', 'mute']);
    });

    it('changes the life of a plan and never what was approved', async () => {
      const plan = await propose();
      const [running] = await db.transaction((tx) =>
        writePlans(tx, [
          {
            ...plan,
            query: 'something else',
            state: 'running',
            stateReason: 'started',
            startedAt: at,
            startedBy: bob,
          },
        ]),
      );
      const expected = {
        ...plan,
        state: 'running',
        stateReason: 'started',
        startedAt: at,
        startedBy: bob,
        revision: 2,
      };
      assert.deepEqual(running, expected);
      assert.deepEqual(await plans.byId(plan.id), expected);
      assert.ok((await plans.running()).some(({ id }) => id === plan.id));
    });

    it('refuses the slower of two, and a plan with another digest', async () => {
      const plan = await propose();
      const write = (next: Plan) => db.transaction((tx) => writePlans(tx, [next]));
      await assert.rejects(write({ ...plan, digest: 'forged', state: 'approved' }), StaleError);
      await write({ ...plan, state: 'approved' });
      await assert.rejects(write({ ...plan, state: 'denied' }), (error: unknown) => {
        assert.ok(error instanceof StaleError);
        assert.match(error.message, new RegExp(`^${plan.name} was changed`));
        return true;
      });
      assert.equal(await plans.state(plan.id), 'approved');
    });

    it('takes one decision of each person on each plan', async () => {
      const plan = await propose();
      const yes = { plan: plan.id, digest: plan.digest, person: bob, decision: 'yes', at } as const;
      const no = { ...yes, person: ana, decision: 'no', reason: 'not now' } as const;
      await db.transaction((tx) => writeApprovals(tx, [yes]));
      await assert.rejects(
        db.transaction((tx) => writeApprovals(tx, [{ ...yes, decision: 'no' }])),
        { code: 'conflict', message: /already decided/ },
      );
      await db.transaction((tx) => writeApprovals(tx, [{ ...no, at: new Date(at.getTime() + 1) }]));
      assert.deepEqual(await plans.approvals(plan.id), [
        yes,
        { ...no, at: new Date(at.getTime() + 1) },
      ]);
    });

    it('keeps actions in the order of acting, with all they hold', async () => {
      const plan = await propose();
      const full = anAction({
        plan: plan.id,
        connection,
        ordinal: 1,
        state: 'pending',
        reason: 'pending until 06:00 – “soon”',
        memo: { platform: { activeVersionId: 'v1', hooks: [1, 2.5, null, true, '🔥'] } },
        requestedAt: at,
        acceptedAt: new Date(at.getTime() + 5),
        settleBy: new Date(at.getTime() + 60_000),
        notBefore: new Date(at.getTime() + 3_600_000),
        settledAt: new Date(at.getTime() + 7_200_000),
        proofs: [{ method: 'list', finding: 'agrees', text: 'inactive', at }],
        emptySweeps: 2,
      });
      const bare = anAction({ plan: plan.id, connection, ordinal: 0, workflowName: 'a\0b\uD800' });
      await store(full, bare);
      assert.deepEqual(await plans.actions(plan.id), [
        { ...bare, workflowName: 'a\uFFFDb\uFFFD', revision: 1 },
        { ...full, revision: 1 },
      ]);
    });

    it('writes a thousand actions at once, and none when one of them is stale', async () => {
      const plan = await propose();
      const many = Array.from({ length: 1_000 }, (_unused, ordinal) =>
        anAction({ plan: plan.id, connection, ordinal, ref: `w${ordinal}` }),
      );
      await store(...many);
      const loaded = await plans.actions(plan.id);
      assert.deepEqual(
        loaded.map((action) => action.ref),
        many.map((action) => action.ref),
      );
      const accepted = loaded.map((action) => ({ ...action, state: 'accepted' as const }));
      await store(...accepted.slice(0, 1));
      await assert.rejects(store(...accepted), /^StaleError: The disable of w0 was changed/);
      const states = (await plans.actions(plan.id)).map((action) => action.state);
      assert.deepEqual(new Set(states.slice(1)), new Set(['planned']));
    });

    it('keeps the journal in the order of writing, and lets nobody rewrite it', async () => {
      const plan = await propose();
      const action = anAction({ plan: plan.id, connection });
      await store(action);
      const call = { action: action.id, at, call: 'POST deactivate' } as const;
      const entries = [
        { ...call, when: 'before' },
        { ...call, when: 'after', outcome: 'unknown', text: 'timed out: it may have happened' },
      ] as const;
      for (const entry of entries) await db.transaction((tx) => writeJournal(tx, [entry]));
      assert.deepEqual(await plans.journal(plan.id), entries);
      await assert.rejects(db.execute("update journal set text = 'never happened'"));
      await assert.rejects(db.execute('delete from journal'));
      assert.deepEqual(await plans.journal(plan.id), entries);
    });

    it('knows which plans hold a workflow down', async () => {
      const key = { connection, id: randomUUID() };
      const holding = async (state: Action['state'], given: Partial<Plan> = {}) => {
        const plan = await propose(given);
        await store(anAction({ plan: plan.id, connection, workflow: key.id, state }));
        return plan.id;
      };
      const older = await holding('verified', { createdAt: new Date(at.getTime() - 1_000) });
      const newer = await holding('unverifiable', { createdAt: at });
      await holding('undone');
      await holding('skipped');
      await holding('verified', { purpose: 'undo' });
      const found = await plans.containing(key);
      assert.deepEqual(
        found.map(({ id }) => id),
        [newer, older],
      );
      assert.deepEqual(await plans.containing({ connection: '', id: key.id }), []);
    });

    it('knows that a freeze ends with its drill', async () => {
      const name = `INC-${randomUUID()}`;
      const drill = await storeIncident(db, { name, declaredBy: ana, drill: true });
      const freeze = await propose({
        incident: drill,
        state: 'finished',
        freezes: connection,
        startedAt: at,
      });
      const isFrozen = async () => (await plans.freezing()).some(({ id }) => id === freeze.id);
      assert.ok(await isFrozen());
      await db.update(incidents).set({ closedAt: at }).where(eq(incidents.id, drill));
      assert.ok(!(await isFrozen()));
    });
  });
});
