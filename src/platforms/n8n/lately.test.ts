import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aClock } from '../../testing/store.ts';
import { JustRead, Lately } from './lately.ts';

describe('what was asked for lately', () => {
  it('serves for a while everyone who wants it, and is then asked for anew', async () => {
    const clock = aClock();
    let asked = 0;
    const ask = () => Promise.resolve((asked += 1));
    const lately = new Lately({ ask, forMs: 5_000, now: clock.now });

    assert.deepEqual(await Promise.all([lately.get(), lately.get()]), [1, 1]);
    clock.forward(5_000);
    assert.equal(await lately.get(), 1);
    clock.forward(1);
    assert.equal(await lately.get(), 2);
  });

  it('is asked for anew after a failure', async () => {
    let asked = 0;
    const ask = () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('The line was cut.')) : Promise.resolve('list');
    };
    const lately = new Lately({ ask, forMs: 5_000, now: aClock().now });

    await assert.rejects(lately.get(), /cut/);
    assert.equal(await lately.get(), 'list');
  });
});

describe('what was just read', () => {
  it('is answered once, and not when it is old', () => {
    const clock = aClock();
    const read = new JustRead<string>({ forMs: 5_000, now: clock.now });

    read.keep('a', 'A');
    read.keep('b', 'B');
    assert.equal(read.take('a'), 'A');
    assert.equal(read.take('a'), undefined);
    clock.forward(5_001);
    assert.equal(read.take('b'), undefined);
  });
});
