import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { triesInWords, triesOf } from '../domain/tries.ts';
import { PlatformError } from '../errors.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { toyJobs } from '../testing/toy-platform.ts';
import { contain } from './contain.ts';
import type { JobContext } from './job.ts';
import { givenUp } from './patience.ts';

const tooMany = (retryAfterMs: number) =>
  new PlatformError('n8n', 'rate_limited', 'n8n was called too often.', { retryAfterMs });
const gateway = () => new PlatformError('n8n', 'timed_out', 'No word of it.', { status: 504 });
const away = () => new PlatformError('n8n', 'unavailable', 'n8n cannot answer just now.');

async function wordsOf(engine: Engine, kind: string): Promise<readonly (string | undefined)[]> {
  const events = await engine.timeline();
  return events.filter((event) => event.kind === kind).map(({ text }) => text);
}

/** Fails so many calls that begin with these words. */
function failing(engine: Engine, call: string, times: number, error: () => Error): void {
  let left = times;
  engine.toy.fail = (made) => (made.startsWith(call) && (left -= 1) >= 0 ? error() : undefined);
}

async function minutesOf(engine: Engine, work: () => Promise<void>): Promise<number> {
  const began = engine.clock.now().getTime();
  await work();
  return (engine.clock.now().getTime() - began) / 60_000;
}

describe('evidence from a platform that puts us off', () => {
  it('is asked for again within its time-box, after as long as it was asked to wait', async () => {
    for (const error of [() => tooMany(20_000), away]) {
      const engine = await anEngine({ workflows: (toy) => toy.add('a') });
      const plan = await engine.planned();
      failing(engine, 'capture a', 2, error);
      await engine.drive(plan);
      assert.equal((await engine.store.evidence.ofIncident(engine.incident.id)).length, 1);
      assert.deepEqual(await wordsOf(engine, 'evidence_skipped'), []);
      assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
    }
  });

  it('is gone without, in words, once the time-box is used up', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned();
    failing(engine, 'capture a', Infinity, () => tooMany(25_000));
    assert.ok((await minutesOf(engine, () => engine.drive(plan))) < 2);
    assert.deepEqual(await wordsOf(engine, 'evidence_skipped'), [
      `${plan.name}: no evidence of w1 “Workflow a” could be sealed before acting. n8n was called too often. It put Firebreak off for 50 s; Firebreak waits for 1 min at most. From here on evidence of a workflow gets 10 s.`,
    ]);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
  });
});

describe('a storm that meets every call', () => {
  it('is sat out however often it says no, and told once', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a');
        toy.add('b');
      },
    });
    const plan = await engine.planned();
    let left = 40;
    engine.toy.fail = () => ((left -= 1) >= 0 ? tooMany(5_000) : undefined);
    await engine.drive(plan);
    assert.deepEqual(
      new Set((await engine.actions(plan)).map(({ state }) => state)),
      new Set(['verified']),
    );
    const [told, ...more] = await wordsOf(engine, 'plan_put_off');
    assert.match(
      told ?? '',
      /^P-1: waits until \d\d:\d\d:\d\d UTC: the platform asks for patience \(\S+\)\. A call that it has not taken by \d\d:\d\d:\d\d UTC counts as failed\.$/,
    );
    assert.deepEqual(more, []);
  });

  it('of calls without an answer is not said to end in failure: they are read back', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    failing(engine, 'disable a', 4, gateway);
    await engine.drive(plan);
    const [told] = await wordsOf(engine, 'plan_put_off');
    assert.match(
      told ?? '',
      /^P-1: waits until \d\d:\d\d:\d\d UTC: the platform cannot answer just now \(\S+\)\. A call without an answer is made again a few times; then Firebreak reads back what it did\.$/,
    );
  });

  it('without end fails what is left after ten minutes for all, not for each', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        for (const id of ['a', 'b', 'c', 'd']) toy.add(id);
      },
    });
    const plan = await engine.planned({ levers: ['disable'] });
    engine.toy.fail = () => tooMany(30_000);
    const minutes = await minutesOf(engine, () => engine.drive(plan));
    assert.ok(minutes >= 9 && minutes <= 10, `${minutes} minutes`);
    const [first] = await engine.actions(plan);
    assert.deepEqual(
      new Set((await engine.actions(plan)).map(({ state }) => state)),
      new Set(['failed']),
    );
    // Who waits in turns with others may give up a round early.
    assert.match(
      first?.reason ?? '',
      /^n8n was called too often\. It put Firebreak off for (9|10) min; Firebreak waits for 10 min at most\.$/,
    );
  });

  it('that went on for longer than it is tried says so, and contradicts nothing', () => {
    const ms = { pauseMs: 30_000, borneMs: 180_000, atMostMs: 60_000 };
    assert.equal(
      givenUp(away(), ms).message,
      'n8n cannot answer just now. It has failed for 3 min, longer than the 1 min that Firebreak tries for.',
    );
    assert.equal(
      givenUp(tooMany(30_000), ms).message,
      'n8n was called too often. It has put Firebreak off for 3 min, longer than the 1 min that Firebreak waits for.',
    );
  });

  it('of what only reads names what was asked, and not the lever', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned();
    const options = { status: 500, asking: 'list executions' };
    const words = 'n8n failed to list executions (500).';
    failing(
      engine,
      'stop a',
      Infinity,
      () => new PlatformError('n8n', 'unavailable', words, options),
    );
    await engine.drive(plan);
    const told = await wordsOf(engine, 'plan_put_off');
    assert.match(told.join(' '), /the platform fails to list executions just now \(\S+\)\./);
    const [stop] = (await engine.actions(plan)).filter(({ lever }) => lever === 'stop');
    assert.ok(stop);
    assert.match(
      triesInWords(stop),
      /^To stop its executions, the platform was called \d+ times; each time it answered 500 when asked to list executions\.$/,
    );
  });

  it('that is to last longer than Firebreak waits fails at once, and says for how long', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    failing(engine, 'disable a', Infinity, () => tooMany(3_600_000));
    await engine.drive(plan);
    const [action] = await engine.actions(plan);
    assert.equal(
      action?.reason,
      'n8n was called too often. It wants to be left alone for 1 h; Firebreak waits for 10 min at most.',
    );
    assert.equal(engine.toy.calls.filter((call) => call === 'disable a').length, 1);
  });

  it('is not waited for once the plan is cancelled', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    engine.toy.fail = (call) => {
      if (call !== 'disable a') return undefined;
      void engine.store.save({ plans: [{ ...plan, state: 'cancelled' }] }).catch(() => {});
      return tooMany(5_000);
    };
    assert.ok((await minutesOf(engine, () => engine.drive(plan))) < 1);
    const [action] = await engine.actions(plan);
    assert.equal(action?.state, 'failed');
    assert.match(
      action?.reason ?? '',
      /The plan was cancelled (?:meanwhile|before it was asked for again)\.$/,
    );
  });

  it('is not asked through a pause, and is asked again when the plan goes on', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    failing(engine, 'disable a', 1, () => tooMany(5_000));
    const jobs = toyJobs(engine.store, engine.clock, engine.toy);
    const put = async (state: 'paused' | 'running') => {
      const current = await engine.store.plans.byId(plan.id);
      if (current) await engine.store.save({ plans: [{ ...current, state }] });
    };
    // Only a wait before the next try; what is stored together waits for some milliseconds as well.
    const wait: JobContext['wait'] = (ms, signal) =>
      ms > 1_000 ? put('paused') : jobs.wait(ms, signal);
    const pausedMeanwhile = { ...jobs, wait };
    await contain(pausedMeanwhile, { plan: plan.id }, new AbortController().signal);
    assert.equal(engine.toy.calls.filter((call) => call === 'disable a').length, 1);
    assert.deepEqual(await engine.states(plan), ['disable w1: requested']);
    assert.deepEqual((await wordsOf(engine, 'plan_put_off')).slice(1), [
      `${plan.name}: w1 “Workflow a” is set aside. n8n was called too often. It is not asked again while the plan is paused.`,
    ]);
    await put('running');
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified']);
    const [action] = await engine.actions(plan);
    assert.equal(action && triesOf(action)?.calls, 2);
    const journal = await engine.store.plans.journal(plan.id);
    assert.deepEqual(
      journal.map(({ when }) => when),
      ['before', 'after', 'before', 'after'],
    );
  });

  it('is sat out by the reading back too', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    failing(engine, 'check-disabled', 20, () => tooMany(10_000));
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified']);
  });
});

describe('a lever whose calls are not answered at once', () => {
  it('leaves each try in the journal, and how many there were in timeline and action', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned();
    failing(engine, 'disable a', 3, gateway);
    let cuts = 1;
    engine.toy.cut = (call) =>
      call === 'stop a' && (cuts -= 1) >= 0 ? new PlatformError('n8n', 'cut', 'Cut.') : undefined;

    await engine.drive(plan);

    const journal = await engine.store.plans.journal(plan.id);
    assert.deepEqual(
      journal.map(({ call, when, outcome = '', text = '' }) => [call, when, outcome, text].join()),
      [
        'disable,before,,',
        ...[1, 2, 3].flatMap(() => ['disable,after,unknown,No word of it.', 'disable,before,,']),
        'disable,after,ok,',
        'stop,before,,',
        'stop,after,unknown,Cut.',
        'stop,before,,',
        'stop,after,ok,',
      ],
    );
    assert.deepEqual(await wordsOf(engine, 'action_accepted'), [
      'P-1: the platform accepted to disable w1 “Workflow a”; not verified yet. The platform was asked 4 times to disable it: 3 times it answered 504.',
      'P-1: the platform accepted to stop the executions of w1 “Workflow a”; not verified yet. n8n lists no execution as stopped. The platform was asked twice to stop its executions: once the line was cut.',
    ]);
    const told = (await engine.timeline()).filter(({ text }) => text?.includes('was asked'));
    assert.equal(told.length, 2);
    const [disable, stop] = await engine.actions(plan);
    assert.ok(disable && stop);
    assert.deepEqual(triesOf(disable), {
      calls: 4,
      failed: [{ how: 'it answered 504', times: 3 }],
      mayHaveHappened: true,
    });
    assert.equal(triesOf(stop)?.calls, 2);
  });

  it('that never gets an answer says that there was none each time', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    engine.toy.cut = (call) =>
      call === 'disable a' ? new PlatformError('n8n', 'timed_out', 'No answer.') : undefined;
    await engine.drive(plan);
    assert.deepEqual(await wordsOf(engine, 'action_pending'), [
      'P-1: w1 “Workflow a”: disabled is not verified yet. No answer. The platform was asked 4 times to disable it; each time no answer came in time.',
    ]);
    const [action] = await engine.actions(plan);
    assert.equal(action?.state, 'verified');
    assert.equal(triesOf(action)?.calls, 4);
  });

  it('is counted on over a crash', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    let calls = 0;
    engine.toy.fail = (call) => {
      if (call !== 'disable a') return undefined;
      calls += 1;
      return calls === 1 ? away() : calls === 2 ? new Error('The process dies.') : undefined;
    };
    await assert.rejects(engine.drive(plan), /dies/);
    await engine.drive(plan);
    const [action] = await engine.actions(plan);
    assert.ok(action);
    assert.equal(
      triesInWords(action),
      'The platform was asked twice to disable it: once it could not answer just then.',
    );
  });
});
