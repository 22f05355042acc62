import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { bot, shown } from '../testing/bot.ts';
import { declareOne } from '../testing/running-plan.ts';

describe('me, where there is much', async () => {
  const { see, store, clock, person } = await bot();

  it('says how many notices it leaves out, and shows them when asked', async () => {
    const { id } = await person('ana');
    const notices = Array.from({ length: 7 }, (_, number) => ({
      id: randomUUID(),
      person: id,
      at: new Date(clock.now().getTime() - number * 60_000),
      urgent: false,
      text: `News ${number}.`,
    }));
    await store.save({ notices });

    const few = await see('me');
    assert.match(
      shown(few),
      /News 4\..*Not shown here: 2 older notices of the last 7 days\. `me all`/,
    );
    assert.doesNotMatch(shown(few), /News 5\./);
    assert.equal(few.next[0], 'me all');
    const all = await see('me all');
    assert.match(shown(all), /News 0\..*News 6\./);
    assert.doesNotMatch(shown(all), /Not shown/);
    assert.ok(!all.next.includes('me all'));
  });

  it('says when there are more open incidents than it looks through', async () => {
    for (let count = 0; count < 100; count += 1) await declareOne(store, clock.now());
    assert.doesNotMatch(shown(await see('me')), /were looked through/);
    await declareOne(store, clock.now());
    assert.match(shown(await see('me')), /only the newest 100 were looked through/);
  });
});
