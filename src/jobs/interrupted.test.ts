import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import { PlatformError } from '../errors.ts';
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

function cancel(engine: Engine, plan: Plan): Promise<void> {
  return putInto('cancelled', engine, plan);
}

async function putInto(state: Plan['state'], { store }: Engine, { id }: Plan): Promise<void> {
  const plan = await store.plans.byId(id);
  assert.ok(plan);
  await store.save({ plans: [{ ...plan, state }] });
}

/** A plan of two that stay on when they are disabled; what is left is to archive them. */
async function stayingOn(archive: (id: string) => void | Promise<void> | undefined) {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a', { lies: true });
      toy.add('b', { lies: true });
    },
  });
  const { toy, clock } = engine;
  Object.assign(toy, {
    archive: async (id: string) => {
      await archive(id);
      const workflow = toy.workflows.get(id);
      if (workflow) workflow.active = false;
      return { at: clock.now(), answer: 'accepted' };
    },
  });
  return { engine, plan: await engine.planned({ fallbacks: ['archive'] }) };
}

/** Such a plan, paused while the first of them is archived. */
async function pausedAtFirst() {
  const asked: string[] = [];
  const paused: Promise<void>[] = [];
  const { engine, plan } = await stayingOn((id) => {
    asked.push(id);
    if (asked.length === 1) paused.push(putInto('paused', engine, plan));
    return paused[0];
  });
  await engine.drive(plan);
  assert.deepEqual(asked, ['a']);
  return { engine, plan, asked };
}

describe('what a process had found not to go off when it died', () => {
  it('is archived by the next one, where the plan says so', async () => {
    const asked: string[] = [];
    const { engine, plan } = await stayingOn((id) => {
      asked.push(id);
      if (asked.length === 1) throw new Death();
    });
    await assert.rejects(engine.drive(plan), Death);

    await engine.drive(plan);

    assert.deepEqual(asked, ['a', 'a', 'b']);
    assert.deepEqual(
      (await engine.states(plan)).filter((state) => !state.endsWith('verified')),
      [],
    );
  });

  it('is read back where the next one is refused what had its effect', async () => {
    const asked: string[] = [];
    const { engine, plan } = await stayingOn((id) => {
      asked.push(id);
      const workflow = engine.toy.workflows.get(id);
      if (workflow) workflow.active = false;
      if (asked.length === 1) throw new Death();
      if (asked.length === 2) throw new PlatformError('n8n', 'refused', 'That is not allowed.');
    });
    await assert.rejects(engine.drive(plan), Death);

    await engine.drive(plan);

    assert.deepEqual(asked, ['a', 'a', 'b']);
    assert.deepEqual(
      (await engine.states(plan)).filter((state) => !state.endsWith('verified')),
      [],
    );
  });

  it('is archived once a plan that was paused meanwhile goes on', async () => {
    const { engine, plan, asked } = await pausedAtFirst();
    assert.equal((await engine.store.plans.byId(plan.id))?.finishedAt, undefined);
    await putInto('running', engine, plan);

    await engine.drive(plan);

    assert.deepEqual(asked, ['a', 'b']);
    assert.deepEqual(
      (await engine.states(plan)).filter((state) => !state.endsWith('verified')),
      [],
    );
    assert.ok((await engine.store.plans.byId(plan.id))?.finishedAt);
  });

  it('is told as it is when the plan that was paused is cancelled', async () => {
    const { engine, plan, asked } = await pausedAtFirst();
    await cancel(engine, plan);

    await engine.drive(plan);

    assert.deepEqual(asked, ['a']);
    assert.deepEqual((await engine.states(plan)).slice(2), [
      'disable w2: contradicted',
      'stop w2: unverifiable',
    ]);
    assert.ok((await engine.store.plans.byId(plan.id))?.finishedAt);
  });

  it('is left as it is once the plan is cancelled', async () => {
    const asked: string[] = [];
    const { engine, plan } = await stayingOn((id) => {
      asked.push(id);
      throw new Death();
    });
    await assert.rejects(engine.drive(plan), Death);
    await cancel(engine, plan);

    await engine.drive(plan);

    assert.deepEqual(asked, ['a']);
    assert.equal((await engine.states(plan))[2], 'disable w2: contradicted');
  });
});

describe('what a process was asking for when it died', () => {
  it('is looked at, not asked again, once the plan is cancelled, and the plan ends', async () => {
    const { engine, plan } = await cancelledAfterDeath((call) => call === 'disable a', 'cut');
    assert.deepEqual(await engine.states(plan), [
      'disable w1: verified',
      'stop w1: skipped',
      // Its intent was stored while the first was called: whether it was called is not known.
      'disable w2: contradicted',
      'stop w2: skipped',
    ]);
    assert.deepEqual(
      engine.toy.calls.filter((call) => call.startsWith('disable')),
      ['disable a'],
    );
    assert.ok((await engine.store.plans.byId(plan.id))?.finishedAt);
    const journal = await engine.store.plans.journal(plan.id);
    assert.deepEqual(
      journal.map(({ call, when, outcome }) => `${call} ${when} ${outcome ?? ''}`.trim()),
      ['disable before', 'disable before', 'disable after unknown', 'disable after unknown'],
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
