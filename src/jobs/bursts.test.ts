import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { nextBurst } from './bursts.ts';

describe('the next burst', () => {
  it('is twice as large after one that took effect at once, up to a bound', () => {
    const pace = { burst: 20, atOnce: 1, settleMs: 1_000 };
    const sizes = [20];
    for (let burst = 0; burst < 5; burst += 1) sizes.push(nextBurst(sizes.at(-1) ?? 0, pace, 2));

    assert.deepEqual(sizes, [20, 40, 80, 160, 160, 160]);
  });

  it('is as small as the first after one that did not', () => {
    const pace = { burst: 20, atOnce: 1, settleMs: 1_000 };

    assert.equal(nextBurst(160, pace, 4), 20);
  });
});
