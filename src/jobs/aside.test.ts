import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import { PlatformError } from '../errors.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { toyJobs } from '../testing/toy-platform.ts';
import { until } from '../testing/until.ts';
import { contain } from './contain.ts';
import type { JobContext } from './job.ts';

const never = new AbortController().signal;

/** A running plan to disable a and b, of which b cannot be. */
async function twoOfWhichOneFails(): Promise<{ engine: Engine; plan: Plan; jobs: JobContext }> {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a');
      toy.add('b');
    },
  });
  engine.toy.fail = (call) =>
    call === 'disable b' ? new PlatformError('n8n', 'unavailable', 'It is away.') : undefined;
  const plan = await engine.planned({ levers: ['disable'] });
  return { engine, plan, jobs: toyJobs(engine.store, engine.clock, engine.toy) };
}

async function put({ store }: Engine, { id }: Plan, state: 'paused' | 'cancelled'): Promise<void> {
  const current = await store.plans.byId(id);
  if (current) await store.save({ plans: [{ ...current, state }] });
}

describe('what was set aside', () => {
  it('is given up soon after a cancel, however long its next round is off', async () => {
    const { engine, plan, jobs } = await twoOfWhichOneFails();
    const began = engine.clock.now().getTime();
    let waitedMs = 0;
    let isCancelled = false;
    const wait: JobContext['wait'] = async (ms, signal) => {
      if (!isCancelled && engine.clock.now().getTime() - began > 4_000) {
        isCancelled = true;
        await put(engine, plan, 'cancelled');
      }
      if (isCancelled) waitedMs += ms;
      await jobs.wait(ms, signal);
    };

    await contain({ ...jobs, wait }, { plan: plan.id }, never);

    assert.ok(isCancelled && waitedMs < 3_000, `it went on for ${waitedMs} ms`);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'disable w2: failed']);
  });

  it('is not asked for by a call for which all was ready when the plan was paused', async () => {
    const { engine, plan, jobs } = await twoOfWhichOneFails();
    const store: JobContext['store'] = {
      ...jobs.store,
      save: async (change) => {
        const saved = await jobs.store.save(change);
        // The intent of the second call: whether it is wanted was read before that was stored.
        const outcomes = (change.journal ?? []).map(({ outcome }) => outcome);
        if (outcomes[0] === 'failed' && outcomes.length === 2) await put(engine, plan, 'paused');
        return saved;
      },
    };

    await contain({ ...jobs, store }, { plan: plan.id }, never);

    assert.deepEqual(
      engine.toy.calls.filter((call) => call === 'disable b'),
      ['disable b'],
    );
    const journal = await engine.store.plans.journal(plan.id);
    const [, b] = await engine.actions(plan);
    assert.deepEqual(
      journal
        .filter(({ action }) => action === b?.id)
        .map(({ when, outcome = '', text = '' }) => [when, outcome, text].join()),
      [
        'before,,',
        'after,failed,It is away.',
        'before,,',
        'after,failed,It was not asked for: the plan was to go no further.',
      ],
    );
    engine.toy.fail = () => undefined;
    const paused = await engine.store.plans.byId(plan.id);
    assert.ok(paused);
    await engine.store.save({ plans: [{ ...paused, state: 'running' }] });
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'disable w2: verified']);
  });
});

describe('the last one of many', () => {
  it('is stopped and verified, though what is read of it took long', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a');
        toy.add('b', { running: 1 });
        toy.pace = { ...toy.pace, holdsUpMs: 20 };
      },
    });
    const plan = await engine.planned();
    const done = (await engine.actions(plan)).filter(({ workflow }) => workflow === 'a');
    const actions = done.map((action) => ({ ...action, state: 'verified' as const }));
    await engine.store.save({ actions });
    const end = Promise.withResolvers<void>();
    engine.toy.meanwhile = (call) => (call === 'observe b' ? end.promise : undefined);

    const work = engine.drive(plan);
    await until('others could go on beside it', async () =>
      (await engine.timeline()).some(({ text = '' }) => text.includes('no answer about w2')),
    );
    end.resolve();
    await work;

    assert.deepEqual((await engine.states(plan)).slice(-2), [
      'disable w2: verified',
      'stop w2: verified',
    ]);
  });
});
