import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { Reply } from '../domain/reply.ts';
import type { Bot } from '../testing/bot.ts';
import { bot } from '../testing/bot.ts';
import type { Chats } from '../testing/chats.ts';
import { chatsOn, wordsOf } from '../testing/chats.ts';
import { until } from '../testing/until.ts';
import type { Delivery } from './deliver.ts';
import { laneMs } from './take-lane.ts';

const weekMs = 7 * 24 * 60 * 60_000;

function reply(title: string): Reply {
  const rest = { blocks: [], next: [], audience: 'room', outcome: 'done', data: {} } as const;
  return { kind: 'view', title, ...rest };
}

describe('what must leave for a chat', () => {
  let here: Bot;
  let chats: Chats;
  let stored = 0;
  before(async () => {
    here = await bot();
    chats = await chatsOn(here);
  });

  const leave = async (
    room: string,
    title: string,
    more: { card?: string; urgent?: true } = {},
  ) => {
    stored += 1;
    const id = `00000000-0000-4000-8000-${String(stored).padStart(12, '0')}`;
    const at = here.clock.now();
    await here.store.save({
      outgoing: [
        {
          id,
          surface: 'slack',
          to: { kind: 'message', room: `slack:W1/${room}` },
          reply: reply(title),
          buttons: [],
          buttonsUntil: at,
          urgent: more.urgent ?? false,
          card: more.card ?? id,
          at,
        },
      ],
    });
  };
  const titles = (room: string) =>
    chats.slack.in(room).map((one) => (one.reply.kind === 'view' ? one.reply.title : ''));

  it('leaves in its order, what is urgent first', async () => {
    for (const title of ['one', 'two', 'three']) await leave('order', title);
    await leave('order', 'now', { urgent: true });
    await chats.work();
    assert.deepEqual(titles('order'), ['now', 'one', 'two', 'three']);
  });

  it('waits as long as it is told, in that room alone, and keeps its order', async () => {
    await leave('slow', 'one');
    await leave('slow', 'two');
    chats.slack.faults.push({ kind: 'refuses', code: 'rate_limited', retryAfterMs: 30_000 });
    await chats.work();
    await leave('quick', 'other');
    await chats.work();
    assert.deepEqual([titles('slow'), titles('quick')], [[], ['other']]);
    here.clock.forward(29_999);
    await chats.work();
    assert.deepEqual(titles('slow'), []);
    here.clock.forward(1);
    await chats.work();
    assert.deepEqual(titles('slow'), ['one', 'two']);
  });

  it('waits an hour at most, whatever it is told', async () => {
    await leave('absurd', 'one');
    chats.slack.faults.push({ kind: 'refuses', code: 'rate_limited', retryAfterMs: weekMs });
    await chats.work();
    here.clock.forward(60 * 60_000);
    await chats.work();
    assert.deepEqual(titles('absurd'), ['one']);
  });

  it('is tried again, later and later, until it arrives', async () => {
    await leave('down', 'at last');
    for (const code of ['unavailable', 'unreachable', 'unauthorized'] as const) {
      chats.slack.faults.push({ kind: 'refuses', code });
    }
    for (const waitMs of [0, 1_000, 2_000, 4_000]) {
      here.clock.forward(waitMs);
      await chats.work();
    }
    assert.deepEqual(titles('down'), ['at last']);
  });

  it('is looked for before it is sent again, when nobody knows whether it arrived', async () => {
    await leave('doubt', 'maybe');
    chats.slack.faults.push({ kind: 'arrives in silence' });
    await chats.work();
    await leave('doubt', 'lost');
    chats.slack.faults.push({ kind: 'refuses', code: 'cut' });
    for (const _ of [1, 2, 3]) {
      here.clock.forward(60_000);
      await chats.work();
    }
    assert.deepEqual(titles('doubt'), ['maybe', 'lost']);
    assert.deepEqual(chats.failures, []);
  });

  it('says that it may be read twice when the chat shows nobody whether it arrived', async () => {
    await leave('unseen', 'for one alone');
    chats.slack.faults.push({ kind: 'arrives in silence' });
    chats.slack.lookFaults.push('unknown');
    await chats.work();
    here.clock.forward(60_000);
    await chats.work();
    const words = chats.slack.in('unseen').map((one) => wordsOf(one.reply));
    assert.equal(words.length, 2);
    assert.doesNotMatch(words[0] ?? '', /read this already/);
    assert.match(words[1] ?? '', /for one alone.*You may have read this already/);
  });

  it('gives way, too, when nobody can find out any more whether it arrived', async () => {
    await leave('closed', 'maybe');
    await leave('closed', 'fine');
    chats.slack.faults.push({ kind: 'arrives in silence' });
    await chats.work();
    chats.slack.lookFaults.push('unavailable', 'refused');
    for (const _ of [1, 2]) {
      here.clock.forward(60_000);
      await chats.work();
    }
    assert.deepEqual(titles('closed'), ['maybe', 'fine']);
    assert.equal(chats.failures.splice(0).length, 1);
    assert.deepEqual(await here.store.outgoing.backlog(), []);
  });

  it('gives way to what comes after it when it is refused for good', async () => {
    await leave('gone', 'too much');
    await leave('gone', 'fine');
    chats.slack.faults.push({ kind: 'refuses', code: 'refused' });
    await chats.work();
    assert.deepEqual(titles('gone'), ['fine']);
    assert.equal(chats.failures.splice(0).length, 1);
  });

  it('is written anew on its card: of many edits the latest leaves', async () => {
    await leave('card', 'first', { card: 'c' });
    await chats.work();
    for (let at = 1; at <= 20; at += 1) await leave('card', `edit ${at}`, { card: 'c' });
    const tries = chats.slack.tries.length;
    await chats.work();
    assert.deepEqual(titles('card'), ['edit 20']);
    assert.equal(chats.slack.tries.length - tries, 1);
  });

  it('is sent by one of two processes', async () => {
    const other = chats.process('second');
    for (let at = 0; at < 10; at += 1) await leave(`both${at % 2}`, `m${at}`);
    await Promise.all([chats.work(), other.work(), chats.work(), other.work()]);
    assert.deepEqual(titles('both0'), ['m0', 'm2', 'm4', 'm6', 'm8']);
    assert.deepEqual(titles('both1'), ['m1', 'm3', 'm5', 'm7', 'm9']);
    assert.deepEqual(chats.failures, []);
  });

  it('is not left behind when it is stored just as its lane is left', async () => {
    await leave('left', 'one');
    let delivery: Delivery | undefined;
    let isLate = true;
    const late = chats.process('late', (store) => ({
      ...store,
      outgoing: {
        ...store.outgoing,
        next: async (lane, now) => {
          const found = await store.outgoing.next(lane, now);
          if (found === undefined && isLate) {
            isLate = false;
            await leave('left', 'two');
            await delivery?.sweep();
          }
          return found;
        },
      },
    }));
    delivery = late.delivery;
    await delivery.sweep();
    await until('both arrived', () => titles('left').length === 2);
    await delivery.settled();
    assert.deepEqual(titles('left'), ['one', 'two']);
  });

  it('is taken up by others when its process died, and does not come twice', async () => {
    await leave('dead', 'one');
    await leave('dead', 'two');
    const dying = chats.process('dying', (store) => ({
      ...store,
      outgoing: {
        ...store.outgoing,
        sent: () => Promise.reject(new Error('The process died.')),
        release: () => Promise.reject(new Error('The process died.')),
      },
    }));
    await dying.delivery.sweep();
    await dying.delivery.settled();
    assert.deepEqual(titles('dead'), ['one']);
    assert.equal(chats.failures.splice(0).length, 2);
    await chats.work();
    assert.deepEqual(titles('dead'), ['one'], 'the lane is still the dead one’s');
    here.clock.forward(laneMs);
    await chats.work();
    assert.deepEqual(titles('dead'), ['one', 'two']);
    assert.deepEqual(chats.failures, []);
  });
});
