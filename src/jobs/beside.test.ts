import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';

import { anEngine } from '../testing/engine.ts';

/** Gives everything else its turn until this is so; timers stand still meanwhile. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let turns = 0; !isSo(); turns += 1) {
    assert.ok(turns < 100_000, what);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('calls that get no answer', () => {
  it('hold the others up for less once one of them is open', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        for (const id of ['a', 'b', 'c']) toy.add(id);
      },
    });
    const plan = await engine.planned({ levers: ['disable'] });
    const end = Promise.withResolvers<void>();
    engine.toy.meanwhile = (call) => (/^disable [ab]$/.test(call) ? end.promise : undefined);
    const isMade = (call: string) => () => engine.toy.calls.includes(call);
    mock.timers.enable({ apis: ['setTimeout'] });
    let work: Promise<unknown> | undefined;
    try {
      work = engine.drive(plan);
      await until(isMade('disable a'), 'the first is called');
      mock.timers.tick(3_000);
      await until(isMade('disable b'), 'the second is called beside it');
      mock.timers.tick(1_000);
      await until(isMade('disable c'), 'the third is called beside them');
    } finally {
      mock.timers.reset();
      end.resolve();
      await work;
    }

    assert.deepEqual(
      await engine.states(plan),
      ['w1', 'w2', 'w3'].map((ref) => `disable ${ref}: verified`),
    );
  });
});
