import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Order, Turn } from './turns.ts';
import { AllAtOnce, Turns } from './turns.ts';

/** Lets everything go on that can. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const never = () => assert.fail('It was called.');

function callOnly<T>(call: () => Promise<T>): Turn<true, T> {
  return { ready: async () => true, call };
}

function calls(turns: Order) {
  const ready: number[] = [];
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const take = (number: number): Promise<unknown> =>
    turns.take(number, {
      ready: async () => ready.push(number),
      call: async () => {
        begun.push(number);
        await new Promise<void>((resolve) => ends.set(number, resolve));
      },
    });
  const end = async (number: number): Promise<void> => {
    ends.get(number)?.();
    await settled();
  };
  return { ready, begun, take, end };
}

describe('turns', () => {
  it('are taken in the order of their numbers, whoever comes first, so many at once', async () => {
    const { begun, take, end } = calls(new Turns(2));

    const all = [3, 1, 2, 0].map(take);
    await settled();
    assert.deepEqual(begun, [0, 1]);
    await end(1);
    assert.deepEqual(begun, [0, 1, 2]);
    await end(0);
    assert.deepEqual(begun, [0, 1, 2, 3]);
    await end(2);
    await end(3);
    await Promise.all(all);
  });

  it('wait for a lower number until that has passed', async () => {
    const turns = new Turns(1);
    const { begun, take, end } = calls(turns);

    const second = take(1);
    await settled();
    assert.deepEqual(begun, []);
    turns.pass(0);
    await settled();
    assert.deepEqual(begun, [1]);
    await end(1);
    await second;
  });

  it('still come to a number that had passed, before that of any other', async () => {
    const turns = new Turns(1);
    const { begun, take, end } = calls(turns);

    const first = take(0);
    turns.pass(1);
    const third = take(2);
    await settled();
    const late = take(1);
    const fourth = take(3);
    for (const number of [0, 2, 1, 3]) await end(number);
    await Promise.all([first, late, third, fourth]);
    assert.deepEqual(begun, [0, 2, 1, 3]);
  });

  it('make the next one ready, and no more, while the one before it is called', async () => {
    const { ready, begun, take, end } = calls(new Turns(1));

    const all = [0, 1, 2].map(take);
    await settled();
    assert.deepEqual([ready, begun], [[0, 1], [0]]);
    await end(0);
    assert.deepEqual(
      [ready, begun],
      [
        [0, 1, 2],
        [0, 1],
      ],
    );
    await end(1);
    await end(2);
    await Promise.all(all);
  });

  it('go on where there was nothing to call for, or it could not be made ready', async () => {
    const turns = new Turns(1);

    const nothing = turns.take(0, { ready: async () => undefined, call: never });
    const broken = turns.take(1, { ready: () => Promise.reject(new Error('No.')), call: never });
    const next = turns.take(
      2,
      callOnly(() => Promise.resolve('taken')),
    );

    assert.equal(await nothing, undefined);
    await assert.rejects(broken, /No/);
    assert.equal(await next, 'taken');
  });

  it('go on after a call that failed', async () => {
    const turns = new Turns(1);

    const failed = turns.take(
      0,
      callOnly(() => Promise.reject(new Error('It was refused.'))),
    );
    const next = turns.take(
      1,
      callOnly(() => Promise.resolve('taken')),
    );

    await assert.rejects(failed, /refused/);
    assert.equal(await next, 'taken');
  });
});

describe('calls that leave all at once', () => {
  it('wait until each number has come or has passed', async () => {
    const all = new AllAtOnce(4);
    const { begun, take } = calls(all);

    void [3, 0].map(take);
    all.pass(2);
    all.pass(2);
    await settled();
    assert.deepEqual(begun, []);
    void take(1);
    await settled();
    assert.deepEqual(begun, [3, 0, 1]);
  });

  it('hear of their own failure alone', async () => {
    const all = new AllAtOnce(2);

    const failed = all.take(
      0,
      callOnly(() => Promise.reject(new Error('It was refused.'))),
    );
    const next = all.take(
      1,
      callOnly(() => Promise.resolve('taken')),
    );

    await assert.rejects(failed, /refused/);
    assert.equal(await next, 'taken');
  });
});
