import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';

import { Lanes } from './lanes.ts';

describe('lanes', () => {
  it('let so many calls be under way, in the order in which they came', async () => {
    const lanes = new Lanes(2);
    const begun: number[] = [];
    let underWay = 0;
    const call = (number: number) =>
      lanes.take(async () => {
        begun.push(number);
        underWay += 1;
        assert.ok(underWay <= 2);
        await Promise.resolve();
        underWay -= 1;
        return number;
      });

    assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(call)), [1, 2, 3, 4, 5]);
    assert.deepEqual(begun, [1, 2, 3, 4, 5]);
  });

  it('are free again after a call that failed', async () => {
    const lanes = new Lanes(1);

    const failed = lanes.take(() => Promise.reject(new Error('It was refused.')));
    const next = lanes.take(() => Promise.resolve('taken'));

    await assert.rejects(failed, /refused/);
    assert.equal(await next, 'taken');
  });

  it('are left by a call that gets no answer, which goes on', async () => {
    const lanes = new Lanes(1, { holdsUpMs: 3_000 });
    const late = Promise.withResolvers<string>();
    const begun: string[] = [];
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const first = lanes.take(() => late.promise);
      const next = lanes.take(async () => begun.push('next'));
      // Its time runs from when it is made.
      await settled();
      mock.timers.tick(2_999);
      await settled();
      assert.equal(begun.length, 0);
      mock.timers.tick(1);
      await next;
      late.resolve('late');
      assert.equal(await first, 'late');

      // It has left once: there is one lane still, not two.
      const open = Promise.withResolvers<void>();
      const third = lanes.take(() => open.promise);
      const fourth = lanes.take(async () => begun.push('fourth'));
      await settled();
      assert.equal(begun.join(), 'next');
      open.resolve();
      await Promise.all([third, fourth]);
    } finally {
      mock.timers.reset();
    }
  });

  it('are not waited for by a call that is given up: it is made at once, to say so', async () => {
    const lanes = new Lanes(1);
    const open = Promise.withResolvers<void>();
    const first = lanes.take(() => open.promise);
    const gaveUp = new AbortController();

    const waiting = lanes.take(async () => gaveUp.signal.aborted, gaveUp.signal);
    const next = lanes.take(async () => 'next');
    gaveUp.abort();

    assert.equal(await waiting, true);
    open.resolve();
    await first;
    assert.equal(await next, 'next');
  });
});

/** Lets everything go on that can. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
