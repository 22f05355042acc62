import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import { PlatformError } from '../errors.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { until } from '../testing/until.ts';

/** `b` calls `a`, and `c` neither; all contained. */
async function contained(): Promise<Engine & { readonly plan: Plan }> {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a');
      toy.add('b', { facts: [{ kind: 'calls', value: 'a', in: 'both' }] });
      toy.add('c');
    },
  });
  const plan = await engine.planned();
  await engine.drive(plan);
  engine.toy.calls.length = 0;
  return { ...engine, plan };
}

describe('taking back in waves', () => {
  it('switches a caller on only after what it calls is verified on', async () => {
    const engine = await contained();
    const undo = await engine.planned({ undoes: engine.plan });
    await engine.drive(undo);
    const calls = engine.toy.calls.filter((call) => /^(?:enable|check)/.test(call));
    assert.deepEqual(calls, [
      'enable a {"version":1}',
      'enable c {"version":1}',
      'check-enabled',
      'enable b {"version":1}',
      'check-enabled',
    ]);
    assert.deepEqual(
      await engine.states(undo),
      ['w1', 'w2', 'w3'].map((ref) => `enable ${ref}: verified`),
    );
  });

  it('does not wait for one that gives no answer, but its caller does', async () => {
    const engine = await contained();
    const undo = await engine.planned({ undoes: engine.plan });
    const { toy } = engine;
    toy.pace = { ...toy.pace, holdsUpMs: 20 };
    const end = Promise.withResolvers<void>();
    toy.meanwhile = (call) => (call.startsWith('enable a ') ? end.promise : undefined);

    const work = engine.drive(undo);
    try {
      await until('the other one is verified', async () =>
        (await engine.states(undo)).includes('enable w3: verified'),
      );
      assert.deepEqual(
        toy.calls.filter((call) => call.startsWith('enable')),
        ['enable a {"version":1}', 'enable c {"version":1}'],
      );
    } finally {
      end.resolve();
      await work;
    }

    assert.deepEqual(
      toy.calls.filter((call) => call.startsWith('enable')),
      ['enable a {"version":1}', 'enable c {"version":1}', 'enable b {"version":1}'],
    );
    assert.deepEqual(
      await engine.states(undo),
      ['w1', 'w2', 'w3'].map((ref) => `enable ${ref}: verified`),
    );
  });

  it('leaves a caller off when what it calls cannot come back, and says so', async () => {
    const engine = await contained();
    const callee = engine.toy.workflows.get('a') ?? assert.fail();
    callee.version = 2;
    const undo = await engine.planned({ undoes: engine.plan });
    await engine.drive(undo);
    assert.deepEqual(await engine.states(undo), [
      'enable w1: skipped',
      'enable w2: skipped',
      'enable w3: verified',
    ]);
    assert.equal(
      (await engine.actions(undo))[1]?.reason,
      'It calls w1, which is not on again; see to that one, then undo this again.',
    );
    assert.equal(engine.toy.workflows.get('b')?.active, false);
  });

  it('takes the others back first when one fails alone, and its caller after it', async () => {
    const engine = await contained();
    const undo = await engine.planned({ undoes: engine.plan });
    let left = 4;
    engine.toy.fail = (call) =>
      call.startsWith('enable a') && (left -= 1) >= 0
        ? new PlatformError('n8n', 'unavailable', 'n8n cannot answer just now.')
        : undefined;
    await engine.drive(undo);
    const calls = engine.toy.calls.filter((call) => /^(?:enable|check)/.test(call));
    assert.equal(
      calls.map((call) => call.split(' {')[0]).join(', '),
      'enable a, enable a, enable c, check-enabled, ' +
        'enable a, enable a, enable a, check-enabled, enable b, check-enabled',
    );
    assert.deepEqual(
      await engine.states(undo),
      ['w1', 'w2', 'w3'].map((ref) => `enable ${ref}: verified`),
    );
  });

  it('leaves the caller off when what it calls fails for good', async () => {
    const engine = await contained();
    const undo = await engine.planned({ undoes: engine.plan });
    engine.toy.fail = (call) =>
      call.startsWith('enable a')
        ? new PlatformError('n8n', 'unavailable', 'n8n cannot answer just now.')
        : undefined;
    await engine.drive(undo);
    assert.deepEqual(await engine.states(undo), [
      'enable w1: failed',
      'enable w2: skipped',
      'enable w3: verified',
    ]);
  });

  it('goes on where it stood when its process died between two waves', async () => {
    const engine = await contained();
    const undo = await engine.planned({ undoes: engine.plan });
    let died = false;
    engine.toy.fail = (call) => {
      if (died || !call.startsWith('enable b')) return undefined;
      died = true;
      return new Error('The process died.');
    };
    await assert.rejects(engine.drive(undo), /died/);
    await engine.drive(undo);
    assert.deepEqual(
      await engine.states(undo),
      ['w1', 'w2', 'w3'].map((ref) => `enable ${ref}: verified`),
    );
    assert.equal(engine.toy.calls.filter((call) => call.startsWith('enable a')).length, 1);
  });
});
