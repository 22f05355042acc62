import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { HeardMessage, Said } from '../domain/heard.ts';
import type { Bot } from '../testing/bot.ts';
import { bot } from '../testing/bot.ts';
import type { Chats } from '../testing/chats.ts';
import { chatsOn } from '../testing/chats.ts';

describe('a message on the timeline that is altered in its chat', () => {
  let here: Bot;
  let chats: Chats;
  before(async () => {
    here = await bot();
    chats = await chatsOn(here);
    const person = (await here.person('ana')).id;
    const link = { identity: 'slack:W1/ana', person, name: 'ana', linkedAt: here.clock.now() };
    await here.store.save({ identities: [link] });
    await chats.slack.says('ana', 'war', 'declare Key leaked sev:2');
    await hears({ kind: 'pinned', message: aMessage('It was me') });
  });

  const aMessage = (text: string): HeardMessage => ({
    id: '171.1',
    author: 'Dana',
    text,
    at: here.clock.now().toISOString(),
  });
  const hears = async (said: Said, room = 'war') => {
    const stranger = { id: 'slack:W9/zed', name: 'zed', standing: 'stranger' } as const;
    const speaker = said.kind === 'pinned' ? {} : { speaker: stranger };
    await chats.slack.hear(chats.slack.event('ana', room, '', { said, ...speaker }));
    await chats.work();
  };
  const chain = async () => (await here.store.incidents.ofRoom('slack:W1/war'))?.id ?? '';
  const told = async () => (await here.store.timeline.latest(await chain(), 100)).slice(-3);

  it('keeps its entry, and what became of it is told beside, to nobody else', async () => {
    const shown = chats.slack.shown.length;
    await hears({ kind: 'changed', message: aMessage('It was nobody') });
    await hears({ kind: 'deleted', message: { id: '171.1' } });
    const [pinned, changed, deleted] = await told();
    assert.equal(pinned?.text, 'Dana wrote: It was me');
    const stays = `Entry ${pinned.seq} keeps what it said when it was written down.`;
    assert.deepEqual(
      [changed?.kind, changed?.text],
      [
        'message_changed',
        `The message of Dana was changed in its chat. ${stays} Now it says: It was nobody`,
      ],
    );
    assert.deepEqual(
      [deleted?.kind, deleted?.text, deleted?.actor?.kind],
      ['message_deleted', `The message of Dana was deleted in its chat. ${stays}`, 'firebreak'],
    );
    assert.equal(chats.slack.shown.length, shown);
    const refused = (await here.timeline('instance')).filter(({ text }) =>
      /stranger/i.test(text ?? ''),
    );
    assert.deepEqual(refused, []);
  });

  it('is nothing when its entry says already what it says now', async () => {
    const again = { ...aMessage('It was nobody, I think'), id: '171.3' };
    await hears({ kind: 'pinned', message: again, mark: 'pin' });
    const count = (await here.timeline()).length;
    await hears({ kind: 'changed', message: again });
    assert.equal((await here.timeline()).length, count);
    await hears({ kind: 'changed', message: { ...again, text: 'It was me' } });
    await hears({ kind: 'changed', message: again });
    assert.equal((await here.timeline()).length, count + 2);
  });

  it('is taken off when its pin is gone and its chat does not tell by whom, once', async () => {
    const message = { ...aMessage('It was the cable'), id: '171.4' };
    await hears({ kind: 'pinned', message, mark: 'pin' });
    await hears({ kind: 'let_go', message: { id: message.id } });
    await hears({ kind: 'let_go', message: { id: message.id } });
    const [, pinned, off] = await told();
    assert.equal(pinned?.kind, 'message_pinned');
    assert.deepEqual(
      [off?.kind, off?.text, off?.actor?.kind],
      [
        'message_unpinned',
        'Taken off, its chat does not tell by whom: Dana wrote: It was the cable',
        'firebreak',
      ],
    );
    await hears({ kind: 'pinned', message, mark: 'pin' });
    await hears({ kind: 'pinned', message, mark: 'emoji:pushpin' });
    await hears({ kind: 'let_go', message: { id: message.id } });
    const [again, marked, stays] = await told();
    assert.match(again?.text ?? '', /^Dana wrote/);
    assert.match(marked?.text ?? '', /^Marked once more/);
    assert.match(stays?.text ?? '', new RegExp(`One mark was taken off entry ${again?.seq};`));
  });

  it('is nothing when it is on no timeline', async () => {
    const count = (await here.timeline()).length;
    await hears({ kind: 'deleted', message: { id: '171.2' } });
    await hears({ kind: 'deleted', message: { id: '171.1' } }, 'lobby');
    assert.equal((await here.timeline()).length, count);
    assert.deepEqual(chats.failures, []);
  });
});
