import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { buttonsOf, wordsOf } from '../../testing/discord/guild.ts';
import { BareDiscord, saying } from '../../testing/discord/surface.ts';
import type { FakeChannel, FakeUser } from '../../testing/discord/world.ts';
import { until } from '../../testing/until.ts';
import { roomOf } from './places.ts';

describe('what leaves for Discord', () => {
  let bare: BareDiscord;
  let room: FakeChannel;
  let ana: FakeUser;
  const bound = AbortSignal.timeout(60_000);
  const send = (outgoing: Parameters<BareDiscord['surface']['send']>[0]) =>
    bare.surface.send(outgoing, bound);

  before(async () => {
    bare = await BareDiscord.open();
    ana = bare.guild.member('ana');
  });
  after(() => bare.stop());
  beforeEach(() => {
    bare.now = new Date(bare.now.getTime() + 60_000);
    room = bare.guild.channel('ops');
  });

  const toRoom = (title: string) =>
    bare.outgoing({ kind: 'message', room: roomOf(bare.guild.guild.id, room.id) }, title);
  const says = async () => {
    const count = bare.heard.length;
    const said = bare.guild.says(ana, room, 'ir status');
    await until('it is heard', () => bare.heard.length > count);
    return said;
  };
  const titles = () => room.messages.map((message) => wordsOf(message));

  it('is the first answer when it is there in time', async () => {
    const said = await says();
    const { reference } = await send(bare.answer('For all', false));
    const answer = await said.answer();
    assert.deepEqual([answer.onlyFor, wordsOf(answer)], [undefined, '### For all']);
    assert.equal(reference, `${room.id}/${answer.id}`);
  });

  it('says so at once when what was said could not be kept', async () => {
    bare.failNext = 1;
    const answer = await bare.guild.says(ana, room, 'ir status').answer();
    assert.equal(answer.onlyFor, ana.id);
    assert.match(wordsOf(answer), /could not keep what you said, so nothing of it was done/);
    assert.match(String(bare.troubles.splice(0)), /The database is away/);
    room.messages.length = 0;
  });

  it('takes the place of “is thinking”, which only the speaker sees', async () => {
    const said = await says();
    bare.thinkNow();
    await until('it shows', () => room.messages.length === 1);
    assert.equal(room.messages[0]?.onlyFor, ana.id);
    const { reference } = await send(bare.answer('For Ana', true));
    assert.equal(wordsOf(await said.answer()), '### For Ana');
    assert.match(reference, /^hidden\//);
    assert.equal(room.messages.length, 1);
  });

  it('asks once more for a moment’s patience when Discord asks for some itself', async () => {
    const said = await says();
    bare.fake.rates.refuse(/^POST \/interactions\//, { retryAfterMs: 1_000 });
    const { received } = bare.fake;
    const asked = () => received.filter((call) => call.startsWith('POST /interactions/')).length;
    const count = asked();
    const first = bare.thinkNow;
    first();
    await until('it waits', () => bare.thinkNow !== first);
    bare.thinkNow();
    await until('it shows', () => room.messages.length === 1);
    assert.equal(asked() - count, 2);
    await send(bare.answer('For Ana', true));
    assert.equal(wordsOf(await said.answer()), '### For Ana');
    assert.deepEqual(bare.troubles, []);
  });

  it('stands below “is thinking” when all are to see it', async () => {
    const said = await says();
    bare.thinkNow();
    await until('it shows', () => room.messages.length === 1);
    await send(bare.answer('For all', false));
    assert.match(wordsOf(await said.answer()), /stands below/);
    const [, below] = room.messages;
    assert.ok(below);
    assert.deepEqual([below.onlyFor, wordsOf(below)], [undefined, '### For all']);
  });

  it('says where the answer stands even when Discord asks to wait before that', async () => {
    const said = await says();
    bare.thinkNow();
    await until('it shows', () => room.messages.length === 1);
    bare.fake.rates.refuse(/^PATCH \/webhooks\//, { retryAfterMs: 900 });
    const earlier = bare.thinkNow;
    await send(bare.answer('For all', false));
    await until('it waits', () => bare.thinkNow !== earlier);
    bare.thinkNow();
    assert.match(wordsOf(await said.answer()), /stands below/);
  });

  it('says where the answer stands when only later it is found that it arrived', async () => {
    const said = await says();
    bare.thinkNow();
    await until('it shows', () => room.messages.length === 1);
    const outgoing = bare.answer('For all', false);
    bare.fake.fail(/^POST \/channels\//, 'cut');
    await assert.rejects(send(outgoing), { code: 'cut' });
    assert.ok(await bare.surface.wasSent(outgoing, bound));
    assert.match(wordsOf(await said.answer()), /stands below/);
  });

  it('is one message, however often it was sent when nobody knew whether it arrived', async () => {
    const outgoing = toRoom('Once');
    bare.fake.fail(/^POST \/channels\//, 'cut');
    await assert.rejects(send(outgoing), { code: 'cut', mayHaveHappened: true });
    const found = await bare.surface.wasSent(outgoing, bound);
    assert.deepEqual(await send(outgoing), found);
    assert.deepEqual(titles(), ['### Once']);
    assert.equal(await bare.surface.wasSent(toRoom('Another'), bound), undefined);
  });

  it('is found again when Discord no longer knows the nonce', async () => {
    const outgoing = toRoom('Long ago');
    await send(outgoing);
    for (let at = 0; at < 120; at += 1) bare.guild.writes(ana, room, 'talk');
    bare.now = new Date(bare.now.getTime() + 60 * 60_000);
    const found = await bare.surface.wasSent(outgoing, bound);
    assert.deepEqual(found, { reference: `${room.id}/${room.messages[0]?.id}` });
  });

  it('is found again when it was the first answer, whose own answer was lost', async () => {
    await says();
    const outgoing = bare.answer('First', true);
    bare.fake.fail(/^POST \/interactions\//, 'cut');
    await assert.rejects(send(outgoing), { code: 'cut' });
    const found = await bare.surface.wasSent(outgoing, bound);
    assert.deepEqual(found, { reference: `hidden/${room.messages[0]?.id}` });
    assert.equal(await bare.surface.wasSent(bare.answer('Second', true), bound), 'unknown');
  });

  it('waits as long as Discord asks for, without a second try', async () => {
    bare.fake.rates.refuse(/^POST \/channels\//, { retryAfterMs: 1_700 });
    const calls = bare.fake.received.length;
    await assert.rejects(send(toRoom('Later')), (error: { code: string; retryAfterMs: number }) => {
      assert.equal(error.code, 'rate_limited');
      assert.ok(error.retryAfterMs >= 1_700, String(error.retryAfterMs));
      return true;
    });
    assert.equal(bare.fake.received.length, calls + 1);
    assert.deepEqual(titles(), []);
  });

  it('takes the place of what it edits', async () => {
    const { reference } = await send({ ...toRoom('Card'), keys: {} });
    const edit = { ...toRoom('Card, used'), edits: reference };
    assert.equal(await bare.surface.wasSent(edit, bound), undefined);
    assert.deepEqual(await send(edit), { reference });
    assert.deepEqual(await bare.surface.wasSent(edit, bound), { reference });
    assert.deepEqual(titles(), ['### Card, used']);
  });

  it('has a button for each line that has a key, and calls nobody', async () => {
    const reply = { ...saying(`<@${ana.id}> @everyone`), next: ['status', 'list'] };
    await send({ ...toRoom(''), reply, keys: { status: 'k1' } });
    const [message] = room.messages;
    assert.ok(message);
    assert.deepEqual(
      buttonsOf(message).map((one) => one['custom_id']),
      ['say:k1'],
    );
    assert.deepEqual(message.pings, []);
  });

  it('reaches its reader alone when Discord gave no way to answer, or takes it no more', async () => {
    const zoe = bare.guild.member('zoe');
    const asker = `discord:${zoe.id}`;
    const place = roomOf(bare.guild.guild.id, room.id);
    const to = { kind: 'answer', room: place, asker, forAsker: true } as const;
    const pinned = bare.outgoing(to, 'Written down');
    await says();
    const { answer } = bare.heard.at(-1) ?? assert.fail();
    assert.ok(answer);
    const token = new Secret(`${answer.token.reveal()}x`);
    const late = bare.outgoing(to, 'At last', { answer: { ...answer, token } });
    for (const outgoing of [pinned, late]) {
      bare.fake.fail(/^POST \/channels\//, 'cut');
      await assert.rejects(send(outgoing), { code: 'cut' });
      const found = await bare.surface.wasSent(outgoing, bound);
      assert.deepEqual(await send(outgoing), found);
    }
    const direct = bare.fake.world.directChannel(zoe.id);
    assert.deepEqual(direct.messages.map(wordsOf), ['### Written down', '### At last']);
    assert.deepEqual(
      titles().filter((title) => /Written|At last/.test(title)),
      [],
    );
  });

  it('reaches one account alone', async () => {
    await send(bare.outgoing({ kind: 'direct', identity: `discord:${ana.id}` }, 'You were paged'));
    const direct = bare.fake.world.directChannel(ana.id);
    assert.deepEqual(direct.messages.map(wordsOf), ['### You were paged']);
  });

  it('answers one alone between the two when the token is over, and all in the room', async () => {
    await says();
    const outgoing = bare.answer('Late', true);
    bare.now = new Date(bare.now.getTime() + 15 * 60_000 + 1);
    const direct = bare.fake.world.directChannel(ana.id);
    const { reference } = await send(outgoing);
    assert.equal(reference, `${direct.id}/${direct.messages.at(-1)?.id}`);
    const others = bare.answer('For all', false);
    assert.equal((await send(others)).reference, `${room.id}/${room.messages[0]?.id}`);
  });

  it('is refused in words when the bot may not, or the channel is gone, or Discord fails', async () => {
    room.denied.add('SEND_MESSAGES');
    await assert.rejects(send(toRoom('x')), { code: 'refused', message: /may not do that there/ });
    room.denied.clear();
    bare.fake.fail(/^POST \/channels\//, 'break');
    await assert.rejects(send(toRoom('x')), { code: 'unreadable' });
    bare.guild.guild.channels.delete(room.id);
    await assert.rejects(send(toRoom('x')), { code: 'not_found' });
  });
});
