import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Check } from '../platforms/platform.ts';
import { estateBot } from '../testing/estate-bot.ts';

describe('what an earlier plan stopped while it was asleep', () => {
  it('is told to the platform when the next plan looks, for two hours', async () => {
    const { see, work, look, toy, clock } = await estateBot((platform) => {
      platform.add('a');
    });
    const asked: Check[] = [];
    const check = toy.checkStopped.bind(toy);
    toy.checkStopped = (targets) => {
      asked.push(...targets);
      return check(targets);
    };
    toy.stop = () =>
      Promise.resolve({ at: clock.now(), stopped: 1, wereRunning: [], wereIdle: ['run-1'] });
    const contain = async (plan: string) => {
      asked.length = 0;
      await see('contain plan w1');
      await see(`contain run ${plan}`);
      await work(plan);
      return asked.at(-1)?.earlierStops;
    };
    const undo = async (plan: string, as: string) => {
      await see(`contain undo ${plan}`);
      await work(as);
      await look();
    };
    await see('declare A sleeper');

    assert.equal(await contain('P-1'), undefined, 'its own stop is none before it');
    await undo('P-1', 'P-2');
    const earlier = await contain('P-3');
    assert.deepEqual(
      earlier?.map(({ wereIdle }) => wereIdle),
      [['run-1']],
    );
    await undo('P-3', 'P-4');
    clock.forward(3 * 60 * 60_000);
    await look();
    assert.equal(await contain('P-5'), undefined);
  });
});
