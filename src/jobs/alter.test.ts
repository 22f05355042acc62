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

  it('is nothing when it is on no timeline', async () => {
    const count = (await here.timeline()).length;
    await hears({ kind: 'deleted', message: { id: '171.2' } });
    await hears({ kind: 'deleted', message: { id: '171.1' } }, 'lobby');
    assert.equal((await here.timeline()).length, count);
    assert.deepEqual(chats.failures, []);
  });
});
