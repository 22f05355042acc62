import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { retryAfterMs } from './retry-after.ts';

const now = new Date('2026-11-22T08:00:00.000Z');

describe('retryAfterMs', () => {
  it('reads seconds and dates', () => {
    assert.equal(retryAfterMs('7', now), 7_000);
    assert.equal(retryAfterMs(' 0 ', now), 0);
    assert.equal(retryAfterMs('Sun, 22 Nov 2026 08:00:30 GMT', now), 30_000);
  });

  it('turns a date that has passed into no wait, and a huge wait into an hour', () => {
    assert.equal(retryAfterMs('Sun, 22 Nov 2026 07:00:00 GMT', now), 0);
    assert.equal(retryAfterMs('999999999999', now), 3_600_000);
  });

  it('says nothing about what it cannot read', () => {
    for (const header of [undefined, '', 'soon', '-5', 'NaN', '1e9']) {
      assert.equal(retryAfterMs(header, now), undefined, String(header));
    }
  });
});
