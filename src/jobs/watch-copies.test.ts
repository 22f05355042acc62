import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { acquittalEvent } from '../domain/conviction.ts';
import { verifyAgain as verifyAgainNow } from '../domain/plan-life.ts';
import type { Plan } from '../domain/plan.ts';
import type { Structure } from '../domain/structure.ts';
import { toContainAgain } from '../domain/watch.ts';
import { PlatformError } from '../errors.ts';
import { aPerson } from '../testing/containment.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { toyJobs } from '../testing/toy-platform.ts';
import { watch } from './watch.ts';

const minuteMs = 60_000;
const theft: Structure = ['k1', 'k2', 'k3', 'l12', 'l23', 'p2', 'p3'];
const webhook = { kind: 'webhook', value: 'pay', method: 'POST', in: 'both' } as const;

type Contained = Engine & {
  readonly plan: Plan;
  /** Looks at the platform a minute later. */
  readonly later: () => Promise<void>;
  /** Asks for another look at all that was done, and takes it. */
  readonly verifyAgain: () => Promise<void>;
  /** Events about what came back. */
  readonly told: () => Promise<readonly string[]>;
};

/** Workflow a, which is contained and has a twin b that was there before and is not. */
async function contained(): Promise<Contained> {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a', { structure: theft, facts: [webhook] });
      toy.add('b', { structure: theft, active: false });
    },
  });
  const plan = await engine.planned();
  await engine.drive(plan);
  const later = async (): Promise<void> => {
    engine.clock.forward(minuteMs);
    await engine.look();
  };
  const kinds = ['copy_found', 'put_in_again', 'address_taken'];
  const told = async () =>
    (await engine.timeline()).flatMap(({ kind, text }) =>
      kinds.includes(kind) && text !== undefined ? [text] : [],
    );
  const verifyAgain = async (): Promise<void> => {
    const { store, clock } = engine;
    clock.forward(minuteMs);
    const now = (await store.plans.byId(plan.id)) ?? assert.fail();
    const by = { person: aPerson(), source: 'cli', now: clock.now() } as const;
    await store.save(verifyAgainNow(now, await engine.actions(plan), by));
    await engine.drive(plan);
  };
  return { ...engine, plan, later, verifyAgain, told };
}

const stateOf = async ({ states, plan }: Contained) => (await states(plan))[0];

describe('what does again what was contained', () => {
  it('is not told of when it was there before', async () => {
    const night = await contained();
    await night.later();
    assert.deepEqual(await night.told(), []);
    assert.equal(await stateOf(night), 'disable w1: verified');
  });

  it('as a copy that is on is told of once, and the target is contained no more', async () => {
    const night = await contained();
    night.toy.add('c', { structure: theft, changedBy: 'Dana' });
    await night.later();
    await night.later();
    assert.deepEqual(await night.told(), [
      'P-1: w3 “Workflow c” is a copy of w1; it is on, by Dana. Next: `contain plan w3`.',
    ]);
    assert.equal(await stateOf(night), 'disable w1: contradicted');
    const [action] = await night.actions(night.plan);
    assert.equal(action?.reason, 'w3 “Workflow c” is a copy of w1; it is on, by Dana.');
  });

  it('adds to what came back before, and all of it is to be contained again', async () => {
    const night = await contained();
    night.toy.add('c', { structure: theft });
    await night.later();
    night.toy.add('d', { structure: theft });
    await night.later();
    const actions = await night.actions(night.plan);
    assert.equal(
      actions[0]?.reason,
      'w3 “Workflow c” is a copy of w1; it is on. w4 “Workflow d” is a copy of w1; it is on.',
    );
    assert.deepEqual(
      toContainAgain(night.plan, actions).map(({ ref }) => ref),
      ['w3', 'w4'],
    );
  });

  it('keeps the target contradicted, however often that is verified, until it is off', async () => {
    const night = await contained();
    const copy = night.toy.add('c', { structure: theft });
    await night.later();
    await night.verifyAgain();
    const [action] = await night.actions(night.plan);
    assert.equal(action?.state, 'contradicted');
    assert.equal(action.reason, 'w3, a copy of w1, is still on.');
    assert.deepEqual(
      toContainAgain(night.plan, [action]).map(({ ref }) => ref),
      ['w3'],
    );
    assert.equal(
      (await night.timeline()).findLast(({ kind }) => kind === 'copy_on')?.text,
      'P-1: w3, a copy of w1, is still on. Next: `contain plan w3`.',
    );

    copy.active = false;
    await night.verifyAgain();
    assert.equal(await stateOf(night), 'disable w1: verified');
    copy.active = true;
    await night.later();
    assert.equal((await night.told()).length, 2);
    assert.equal(await stateOf(night), 'disable w1: contradicted');
  });

  it('stays open when it cannot be looked at, and is no matter any more once it is acquitted', async () => {
    const night = await contained();
    night.toy.add('c', { structure: theft });
    await night.later();
    night.toy.fail = (call) =>
      call === 'observe c' ? new PlatformError('n8n', 'unavailable', 'It is down.') : undefined;
    await night.verifyAgain();
    assert.equal(await stateOf(night), 'disable w1: contradicted');
    const [connection = ''] = await night.store.watch.connections();
    const key = { connection, id: 'c' };
    const item = { kind: 'workflow', key, ref: 'w3', name: 'Workflow c' } as const;
    const by = { person: aPerson(), source: 'cli', now: night.clock.now() } as const;
    await night.store.save({ events: [acquittalEvent(night.incident.id, by, item, false)] });
    await night.verifyAgain();
    assert.equal(await stateOf(night), 'disable w1: verified');
  });

  it('does not keep the target itself from being watched', async () => {
    const night = await contained();
    night.toy.add('c', { structure: theft });
    await night.later();
    const own = night.toy.workflows.get('a') ?? assert.fail();
    own.active = true;
    night.clock.forward(minuteMs);
    const [connection = ''] = await night.store.watch.connections();
    const context = toyJobs(night.store, night.clock, night.toy);
    const at = night.clock.now().toISOString();
    await watch(context, { connection, at }, new AbortController().signal);
    const cameBack = (await night.timeline()).filter(({ kind }) => kind === 'came_back');
    assert.equal(cameBack.length, 1);
    const again = toContainAgain(night.plan, await night.actions(night.plan));
    assert.deepEqual(
      again.map(({ ref }) => ref),
      ['w1', 'w3'],
    );
  });

  it('as a copy that is off is told of, and again when it is switched on', async () => {
    const night = await contained();
    const copy = night.toy.add('c', { structure: theft, active: false });
    await night.later();
    assert.equal(await stateOf(night), 'disable w1: verified');
    copy.active = true;
    await night.later();
    await night.later();
    assert.deepEqual(await night.told(), [
      'P-1: w3 “Workflow c” is a copy of w1; it is off as yet. Next: `contain plan w3`.',
      'P-1: w3 “Workflow c” is a copy of w1; it is on. Next: `contain plan w3`.',
    ]);
    assert.equal(await stateOf(night), 'disable w1: contradicted');
  });

  it('as a twin that was off before is told of when it is switched on', async () => {
    const night = await contained();
    const twin = night.toy.workflows.get('b') ?? assert.fail();
    twin.active = true;
    await night.later();
    assert.deepEqual(await night.told(), [
      'P-1: w2 “Workflow b” is a copy of w1; it is on. Next: `contain plan w2`.',
    ]);
  });

  it('with one step set otherwise is nearly a copy', async () => {
    const night = await contained();
    night.toy.add('c', { structure: [...theft, 'p4'] });
    await night.later();
    assert.deepEqual(await night.told(), [
      'P-1: w3 “Workflow c” is nearly a copy of w1 (87 % the same); it is on. Next: `contain plan w3`.',
    ]);
  });

  it('is told of once, whatever number of plans and workflows it is a copy of', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a', { structure: theft });
        toy.add('b', { structure: theft });
      },
    });
    const first = await engine.planned();
    const second = await engine.planned();
    await engine.drive(first);
    await engine.drive(second);
    engine.toy.add('c', { structure: theft });
    engine.clock.forward(minuteMs);
    await engine.look();
    await engine.look();
    const told = (await engine.timeline()).filter(({ kind }) => kind === 'copy_found');
    assert.deepEqual(
      told.map(({ text }) => text),
      ['P-1 and P-2: w3 “Workflow c” is a copy of w1; it is on. Next: `contain plan w3`.'],
    );
    const states = async (plan: Plan) =>
      (await engine.states(plan)).filter((state) => state.startsWith('disable'));
    assert.deepEqual(await states(first), ['disable w1: contradicted', 'disable w2: verified']);
    assert.deepEqual(await states(second), await states(first));
  });

  it('is told of in one event with all that one look finds', async () => {
    const night = await contained();
    for (const id of ['c', 'd', 'e', 'f']) {
      night.toy.add(id, { structure: theft, active: id !== 'd' });
    }
    await night.later();
    await night.later();
    assert.deepEqual(await night.told(), [
      'P-1: 4 workflows do again what was contained, 3 of them on: w3 “Workflow c” is a copy of w1; ' +
        'it is on. w4 “Workflow d” is a copy of w1; it is off as yet. w5 “Workflow e” is a copy of ' +
        'w1; it is on. The others: w6. Next: `contain plan w3 w4 w5 w6`.',
    ]);
    const again = toContainAgain(night.plan, await night.actions(night.plan));
    assert.deepEqual(
      again.map(({ ref }) => ref),
      ['w3', 'w5', 'w6'],
    );
  });

  it('at the addresses of several names its plan once', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a', { facts: [webhook] });
        toy.add('b', { facts: [{ ...webhook, value: 'refund' }] });
      },
    });
    await engine.drive(await engine.planned());
    engine.clock.forward(minuteMs);
    engine.toy.add('c', { facts: [webhook, { ...webhook, value: 'refund' }] });
    await engine.look();
    const [told] = (await engine.timeline()).filter(({ kind }) => kind === 'address_taken');
    assert.equal(
      told?.text,
      'P-1: w3 “Workflow c” took over from w1, and answers at its address “pay”; it is on. ' +
        'w3 “Workflow c” took over from w2, and answers at its address “refund”; it is on. ' +
        'Next: `contain plan w3`.',
    );
  });

  it('put in again after it was deleted is told of as that', async () => {
    const night = await contained();
    night.toy.workflows.delete('a');
    night.toy.add('c', { structure: theft });
    await night.later();
    assert.deepEqual(await night.told(), [
      'P-1: w3 “Workflow c” looks like w1, which was deleted, put in again; it is on. Next: `contain plan w3`.',
    ]);
  });

  it('at the same address is told of, and another address is not', async () => {
    const night = await contained();
    night.toy.add('c', { facts: [{ ...webhook, method: 'GET' }] });
    night.toy.add('d', { facts: [webhook] });
    await night.later();
    await night.later();
    assert.deepEqual(await night.told(), [
      'P-1: w4 “Workflow d” took over from w1, and answers at its address “pay”; it is on. Next: `contain plan w4`.',
    ]);
  });

  it('is made up for by the next look when the telling broke off', async () => {
    const night = await contained();
    night.toy.add('c', { structure: theft });
    const { store, clock } = night;
    clock.forward(minuteMs);
    const [connection = ''] = await store.watch.connections();
    await store.save({ inventories: [{ connection, inventory: await night.toy.takeInventory() }] });
    assert.deepEqual(await night.told(), []);
    await night.later();
    assert.equal((await night.told()).length, 1);
  });

  it('does not let another plan switch the target on, which is still to stay off', async () => {
    const engine = await anEngine({ workflows: (toy) => void toy.add('a', { structure: theft }) });
    const first = await engine.planned();
    const second = await engine.planned();
    await engine.drive(first);
    await engine.drive(second);
    engine.clock.forward(minuteMs);
    engine.toy.add('c', { structure: theft });
    await engine.look();
    assert.equal((await engine.states(first))[0], 'disable w1: contradicted');
    const undo = await engine.planned({ undoes: second });
    await engine.drive(undo);
    assert.deepEqual(await engine.states(undo), ['enable w1: skipped']);
    assert.equal(engine.toy.workflows.get('a')?.active, false);
  });

  it('is not told of once its target was taken back', async () => {
    const night = await contained();
    await night.drive(await night.planned({ undoes: night.plan }));
    night.toy.add('c', { structure: theft });
    await night.later();
    assert.deepEqual(await night.told(), []);
  });
});
