import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import { PlatformError } from '../errors.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { toyJobs } from '../testing/toy-platform.ts';
import { contain } from './contain.ts';
import type { JobContext } from './job.ts';

/** Drives a plan to its end while one call is put off for five minutes; changed after 10 s of it. */
async function changedWhilePutOff(
  call: string,
  state: 'paused' | 'cancelled',
): Promise<{ readonly engine: Engine; readonly plan: Plan; readonly waitedMs: number }> {
  const engine = await anEngine({ workflows: (toy) => toy.add('a') });
  const plan = await engine.planned({ levers: ['disable'] });
  let isPutOff = false;
  engine.toy.fail = (made) => {
    if (isPutOff || !made.startsWith(call)) return undefined;
    isPutOff = true;
    return new PlatformError('n8n', 'rate_limited', 'n8n was called too often.', {
      retryAfterMs: 300_000,
    });
  };
  const jobs = toyJobs(engine.store, engine.clock, engine.toy);
  const began = engine.clock.now().getTime();
  let changedAt: number | undefined;
  const wait: JobContext['wait'] = async (ms, signal) => {
    if (changedAt === undefined && engine.clock.now().getTime() - began >= 10_000) {
      changedAt = engine.clock.now().getTime();
      const current = await engine.store.plans.byId(plan.id);
      if (current) await engine.store.save({ plans: [{ ...current, state }] });
    }
    await jobs.wait(ms, signal);
  };
  await contain({ ...jobs, wait }, { plan: plan.id }, new AbortController().signal);
  assert.ok(changedAt, 'It was over before anybody changed the plan.');
  return { engine, plan, waitedMs: engine.clock.now().getTime() - changedAt };
}

describe('a platform that asks to be left alone for long', () => {
  it('keeps nobody from cancelling', async () => {
    const { engine, plan, waitedMs } = await changedWhilePutOff('disable a', 'cancelled');

    assert.ok(waitedMs <= 5_000, `it went on for ${waitedMs} ms`);
    const [action] = await engine.actions(plan);
    assert.equal(action?.state, 'failed');
    assert.match(action.reason ?? '', /The plan was cancelled meanwhile\.$/);
    assert.equal(engine.toy.calls.filter((call) => call === 'disable a').length, 1);
  });

  it('keeps nobody from pausing what would be written', async () => {
    const { engine, plan, waitedMs } = await changedWhilePutOff('disable a', 'paused');

    assert.ok(waitedMs <= 5_000, `it went on for ${waitedMs} ms`);
    assert.equal(engine.toy.calls.filter((call) => call === 'disable a').length, 1);
    const [action] = await engine.actions(plan);
    assert.equal(action?.state, 'requested');
  });

  it('is looked at again after as long as it asked, also while the plan is paused', async () => {
    const { engine, waitedMs } = await changedWhilePutOff('check-disabled', 'paused');

    assert.ok(waitedMs > 200_000, `it was asked again after ${waitedMs} ms`);
    assert.ok(engine.toy.calls.filter((call) => call.startsWith('check-disabled')).length > 1);
  });
});
