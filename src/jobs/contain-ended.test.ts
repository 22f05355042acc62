import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import { anEngine } from '../testing/engine.ts';
import type { Engine } from '../testing/engine.ts';

async function putInto(state: Plan['state'], { store }: Engine, id: string): Promise<void> {
  const plan = await store.plans.byId(id);
  if (plan) await store.save({ plans: [{ ...plan, state }] });
}

/** A plan of two whose state somebody changes while the first of them is being switched off. */
async function endedDuringFirst(state: Plan['state']) {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a');
      toy.add('b');
    },
  });
  const plan = await engine.planned();
  const disable = engine.toy.disable.bind(engine.toy);
  engine.toy.disable = async (id) => {
    const accepted = await disable(id);
    if (id === 'a') await putInto(state, engine, plan.id);
    return accepted;
  };
  return { engine, plan };
}

/** Each intent in the journal has what came of it. */
async function assertAllAnswered({ store }: Engine, plan: Plan): Promise<void> {
  const journal = await store.plans.journal(plan.id);
  const count = (when: string) => journal.filter((line) => line.when === when).length;
  assert.ok(count('before') > 0);
  assert.equal(count('before'), count('after'));
}

describe('a plan under way', () => {
  it('does nothing more once it is cancelled, though the next was looked at already', async () => {
    const { engine, plan } = await endedDuringFirst('cancelled');
    await engine.drive(plan);
    assert.ok(!engine.toy.calls.includes('disable b'));
    assert.deepEqual((await engine.states(plan)).slice(2), [
      'disable w2: skipped',
      'stop w2: skipped',
    ]);
    assert.equal((await engine.store.plans.byId(plan.id))?.state, 'cancelled');
    await assertAllAnswered(engine, plan);
  });

  it('does nothing more once it is paused, and does the rest when it goes on', async () => {
    const { engine, plan } = await endedDuringFirst('paused');
    await engine.drive(plan);
    assert.ok(!engine.toy.calls.includes('disable b'));
    assert.deepEqual((await engine.states(plan)).slice(2), [
      'disable w2: planned',
      'stop w2: planned',
    ]);
    await assertAllAnswered(engine, plan);

    await putInto('running', engine, plan.id);
    await engine.drive(plan);

    assert.ok(engine.toy.calls.includes('disable b'));
    assert.ok((await engine.states(plan)).every((state) => state.endsWith('verified')));
  });

  it('stops no run once more while it is paused, and gives no verdict on it', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a', { running: 1, respawns: 2 });
        toy.add('b');
      },
    });
    const plan = await engine.planned();
    const stops = () => engine.toy.calls.filter((call) => call === 'stop a').length;
    engine.toy.meanwhile = (call) =>
      call === 'check-stopped' && stops() === 1 ? putInto('paused', engine, plan.id) : undefined;
    await engine.drive(plan);
    assert.equal(stops(), 1);
    assert.equal((await engine.states(plan))[1], 'stop w1: accepted');

    engine.toy.meanwhile = () => undefined;
    await putInto('running', engine, plan.id);
    await engine.drive(plan);

    assert.equal(stops(), 3);
    assert.ok((await engine.states(plan)).every((state) => state.endsWith('verified')));
  });
});
