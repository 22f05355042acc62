import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';

/** The process of a job that dies. */
class Death extends Error {}

/** A plan whose process dies at a call, and which is cancelled before the next one takes it up. */
async function cancelledAfterDeath(at: (call: string) => boolean, when: 'fail' | 'cut') {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a');
      toy.add('b');
    },
  });
  const plan = await engine.planned();
  engine.toy[when] = (call) => (at(call) ? new Death() : undefined);
  await assert.rejects(engine.drive(plan), Death);
  engine.toy[when] = () => undefined;
  await cancel(engine, plan);
  await engine.drive(plan);
  return { engine, plan };
}

async function cancel({ store }: Engine, { id }: Plan): Promise<void> {
  const plan = await store.plans.byId(id);
  assert.ok(plan);
  await store.save({ plans: [{ ...plan, state: 'cancelled' }] });
}

describe('what a process was asking for when it died', () => {
  it('is looked at, not asked again, once the plan is cancelled, and the plan ends', async () => {
    const { engine, plan } = await cancelledAfterDeath((call) => call === 'disable a', 'cut');
    assert.deepEqual(await engine.states(plan), [
      'disable w1: verified',
      'stop w1: skipped',
      'disable w2: skipped',
      'stop w2: skipped',
    ]);
    assert.equal(engine.toy.calls.filter((call) => call === 'disable a').length, 1);
    assert.ok((await engine.store.plans.byId(plan.id))?.finishedAt);
    const journal = await engine.store.plans.journal(plan.id);
    assert.deepEqual(
      journal.map(({ call, when, outcome }) => `${call} ${when} ${outcome ?? ''}`.trim()),
      ['disable before', 'disable after unknown'],
    );
  });

  it('is told as not done when the platform shows that it was not', async () => {
    const { engine, plan } = await cancelledAfterDeath((call) => call === 'disable a', 'fail');
    assert.equal((await engine.states(plan))[0], 'disable w1: contradicted');
    assert.ok((await engine.store.plans.byId(plan.id))?.finishedAt);
  });

  it('is seen to for executions, too', async () => {
    const { engine, plan } = await cancelledAfterDeath((call) => call === 'stop a', 'cut');
    assert.deepEqual((await engine.states(plan)).slice(0, 2), [
      'disable w1: verified',
      'stop w1: verified',
    ]);
  });
});
