import assert from 'node:assert/strict';
import { it } from 'node:test';

import { chatsOn } from '../testing/chats.ts';
import { estateBot } from '../testing/estate-bot.ts';
import { makeReadBack } from './read-back.ts';

it('a chat is told which rooms to read back, what was heard there, and says once what is unknown', async () => {
  const here = await estateBot();
  const { discord, work } = await chatsOn(here);
  const { id: person } = await here.person('ana');
  const linkedAt = here.clock.now();
  const link = { identity: 'discord:W1/ana', person, name: 'ana', linkedAt } as const;
  await here.store.save({ identities: [link] });
  const message = { id: 'm1', author: 'ben', text: 'look', at: here.clock.now().toISOString() };
  await discord.says('ana', 'war', 'declare Key leaked');
  await discord.says('ana', 'over', 'declare Printer broken');
  await work();
  const said = { kind: 'pinned', message } as const;
  const points = discord.event('ana', 'war', '', { said, at: here.clock.now() });
  await discord.hear(points);
  await discord.says('ana', 'over', 'resolve it was the cable');
  await work();
  await discord.says('ana', 'over', 'close');
  await work();

  const back = makeReadBack({ store: here.store, now: here.clock.now });
  const [open, ...more] = await back.rooms('discord');
  assert.deepEqual(
    [open?.room, open?.pointed, more.map(({ room }) => room)],
    [
      points.room,
      [{ id: points.id, room: points.room, message: 'm1', by: points.speaker.id, kind: 'pinned' }],
      [],
    ],
  );
  assert.deepEqual(await back.rooms('slack'), []);

  for (const why of ['It was not read.', 'It was not read.', 'It was too much.']) {
    await back.untold(points.room, why);
  }
  const { id = '' } = (await here.store.incidents.ofRoom(points.room)) ?? {};
  const told = (await here.store.timeline.latest(id, 100)).filter(
    ({ kind }) => kind === 'chat_not_read',
  );
  assert.deepEqual(
    told.map(({ text }) => text),
    ['It was not read.', 'It was too much.'],
  );
  here.clock.forward(3 * 24 * 60 * 60_000);
  assert.deepEqual((await back.rooms('discord'))[0]?.pointed, []);
});
