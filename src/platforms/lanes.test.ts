import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

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
});
