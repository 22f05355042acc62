import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { openTestStore } from '../testing/store.ts';

describe('the clock of the database', () => {
  it('is held against ours, whichever is ahead', async () => {
    const { store, clock } = await openTestStore();
    for (const offMs of [-600_000, 0, 90_000]) {
      clock.set(new Date(Date.now() - offMs));
      const ahead = await store.clockAheadMs();
      assert.ok(Math.abs(ahead - offMs) < 30_000, `${ahead} ms for ${offMs}`);
    }
  });
});
