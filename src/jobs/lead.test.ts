import assert from 'node:assert/strict';
import { it } from 'node:test';

import { openTestStore } from '../testing/store.ts';
import { makeLead } from './lead.ts';

it('one process at a time keeps the connection, and another takes over', async () => {
  const { store, clock } = await openTestStore();
  const one = makeLead({ store, by: 'one', now: clock.now });
  const two = makeLead({ store, by: 'two', now: clock.now });

  assert.deepEqual([await one('discord', 20_000), await two('discord', 20_000)], [true, false]);
  assert.equal(await one('discord', 20_000), true);
  clock.forward(20_001);
  assert.deepEqual([await two('discord', 20_000), await one('discord', 20_000)], [true, false]);
  assert.equal(await one('slack', 20_000), true);
  await two('discord', 0);
  assert.equal(await one('discord', 20_000), true);
});
