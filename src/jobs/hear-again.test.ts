import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { Bot } from '../testing/bot.ts';
import { bot } from '../testing/bot.ts';
import type { Chats } from '../testing/chats.ts';
import { chatsOn, wordsOf } from '../testing/chats.ts';
import { triesAtMost } from './hear.ts';
import { hearMs } from './hearing.ts';

describe('a line in a chat that is not answered at once', () => {
  let here: Bot;
  let chats: Chats;
  before(async () => {
    here = await bot();
    chats = await chatsOn(here);
  });

  const waiting = async (by: string) => {
    const now = here.clock.now();
    return here.store.heard.takeUp({ by, now, until: new Date(now.getTime() + hearMs) }, 9);
  };

  it('stays with whoever is slow, as long as they live, and is said by them once', async () => {
    const { promise: pause, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: reached, resolve: isThere } = Promise.withResolvers<void>();
    let dispatched = 0;
    const slow = chats.process('slow', (store) => ({
      ...store,
      save: async (change) => {
        if (change.heardMarks?.some(({ as }) => as === 'acted')) {
          dispatched += 1;
          isThere();
          await pause;
        }
        return store.save(change);
      },
    }));
    await slow.hearing.hear(chats.slack.event('zoe', 'slow', 'declare It is slow'));
    await slow.hearing.hear(chats.slack.event('zoe', 'slow', 'log add and others wait for it'));
    await reached;
    for (let minutes = 0; minutes < 3; minutes += 1) {
      for (const _ of [1, 2, 3]) {
        here.clock.forward(hearMs / 3);
        await slow.hearing.sweep();
      }
      assert.deepEqual(await waiting('other'), []);
    }
    goOn();
    await slow.work();
    assert.equal(dispatched, 2);
    assert.match(
      chats.slack
        .in('slow')
        .map((one) => wordsOf(one.reply))
        .join(),
      /It is slow.*others/,
    );
    assert.deepEqual(chats.failures, []);
  });

  it('is given up when it fails again and again, and its speaker is told', async () => {
    await here.see('person add @slack-w1-eve "Eve Other"', 'root');
    await chats.slack.says('eve', 'odd', 'status');
    for (let tries = 0; tries < triesAtMost + 2; tries += 1) {
      await chats.work();
      here.clock.forward(hearMs);
    }
    const told = chats.slack.seenBy('eve', 'odd').map((one) => wordsOf(one.reply));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /failed to answer this/);
    assert.equal(chats.failures.splice(0).length, triesAtMost);
    assert.deepEqual(await waiting('other'), []);
  });

  it('is not said any more when each process that took it up died', async () => {
    const now = here.clock.now();
    const event = chats.slack.event('zoe', 'fatal', 'log add poison');
    const until = new Date(now.getTime() + hearMs);
    await here.store.heard.keep(event, { by: 'dead', now, until });
    for (let tries = 0; tries < triesAtMost; tries += 1) {
      here.clock.forward(hearMs);
      await waiting(`dying ${tries}`);
    }
    here.clock.forward(hearMs);
    await chats.work();
    await chats.work();
    assert.match(wordsOf(chats.slack.seenBy('zoe', 'fatal')[0]?.reply), /failed to answer this/);
    assert.equal(chats.failures.splice(0).length, 1);
  });
});
