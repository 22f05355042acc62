import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { BareDiscord } from '../../testing/discord/surface.ts';
import type { FakeChannel, FakeUser } from '../../testing/discord/world.ts';
import { until } from '../../testing/until.ts';
import { roomOf } from './places.ts';

describe('a message that somebody points at', () => {
  let bare: BareDiscord;
  let room: FakeChannel;
  let ana: FakeUser;
  let ben: FakeUser;

  before(async () => {
    bare = await BareDiscord.open();
    room = bare.guild.channel('ops');
    ana = bare.guild.member('ana');
    ben = bare.guild.member('ben');
  });
  after(() => bare.stop());

  const next = async (what: () => void) => {
    const count = bare.heard.length;
    what();
    await until('it is heard', () => bare.heard.length > count);
    return bare.heard[count];
  };

  it('is heard when it is pinned, with its own author, time and address', async () => {
    const message = bare.guild.writes(ben, room, 'the *token* was in the log');
    const heard = await next(() => bare.guild.pins(ana, message));
    const place = `https://discord.com/channels/${bare.guild.guild.id}/${room.id}/${message.id}`;
    assert.deepEqual(heard?.said, {
      kind: 'pinned',
      message: {
        id: message.id,
        author: 'ben',
        text: 'the *token* was in the log',
        at: message.at.toISOString(),
        permalink: place,
      },
    });
    assert.deepEqual(
      [heard?.speaker.id, heard?.room],
      [`discord:${ana.id}`, roomOf(bare.guild.guild.id, room.id)],
    );
  });

  it('is heard with what stands on the card of another app, pinned or picked from its menu', async () => {
    const monitor = bare.guild.member('monitor', { isBot: true });
    const preview = { type: 'article', title: 'Acme status', description: 'All is well' };
    const alert = {
      type: 'rich',
      author: { name: 'Alerts' },
      title: 'Stripe: 412 refunds in 5 minutes',
      description: 'Far above the usual 3.',
      fields: [{ name: 'Host', value: 'pay-2' }],
      footer: { text: 'rule 17' },
    };
    const message = bare.guild.writes(monitor, room, '', { embeds: [preview, alert] });
    const text = [
      'Alerts',
      'Stripe: 412 refunds in 5 minutes',
      'Far above the usual 3.',
      'Host: pay-2',
      'rule 17',
    ].join('\n');
    for (const what of [
      () => bare.guild.pins(ana, message),
      () => bare.guild.uses(ana, message, 'Add to timeline'),
    ]) {
      const said = (await next(what))?.said;
      assert.equal(said?.kind === 'pinned' && said.message.text, text);
    }
    assert.deepEqual(bare.troubles, []);
  });

  it('is heard once for each time the emoji is put on and taken off', async () => {
    const message = bare.guild.writes(ben, room, 'look');
    const seen: unknown[] = [];
    for (const isOn of [true, false, true]) {
      const heard = await next(() => {
        if (isOn) bare.guild.reacts(ana, message, '📌');
        else bare.guild.unreacts(ana, message, '📌');
      });
      seen.push([heard?.said.kind, heard?.speaker.id]);
    }
    const who = `discord:${ana.id}`;
    assert.deepEqual(seen, [
      ['pinned', who],
      ['unpinned', who],
      ['pinned', who],
    ]);
  });

  it('is heard when it is unpinned, from whoever did that', async () => {
    const message = bare.guild.writes(ben, room, 'not this one');
    await next(() => bare.guild.pins(ana, message));
    const heard = await next(() => bare.guild.unpins(ben, message));
    assert.ok(heard?.said.kind === 'unpinned');
    assert.deepEqual(
      [heard.speaker.id, heard.said.message.id, heard.said.message.text],
      [`discord:${ben.id}`, message.id, 'not this one'],
    );
  });

  it('is not heard to be unpinned where the bot may not see the audit log', async () => {
    const message = bare.guild.writes(ben, room, 'stays');
    room.denied.add('VIEW_AUDIT_LOG');
    await next(() => bare.guild.pins(ana, message));
    const heard = await next(() => {
      bare.guild.unpins(ben, message);
      bare.guild.reacts(ana, message, '📌');
    });
    room.denied.clear();
    assert.equal(heard?.said.kind, 'pinned');
  });

  it('is left alone for another emoji, and when a bot did it', async () => {
    const message = bare.guild.writes(ben, room, 'talk');
    const bot = bare.guild.member('robot', { isBot: true });
    const heard = await next(() => {
      bare.guild.reacts(ana, message, '👍');
      bare.guild.reacts(bot, message, '📌');
      bare.guild.reacts(ana, message, '📌');
    });
    assert.equal(heard?.speaker.id, `discord:${ana.id}`);
  });

  it('is heard for each emoji of the settings, also for a server’s own', async () => {
    for (const emoji of ['\u{26a0}', '\u{26a0}\u{fe0f}', 'evidence']) {
      const message = bare.guild.writes(ben, room, `marked with ${emoji}`);
      const heard = await next(() => bare.guild.reacts(ana, message, emoji));
      assert.ok(heard?.said.kind === 'pinned');
      assert.equal(heard.said.message.id, message.id);
    }
  });

  it('in a thread is heard in the room of its channel', async () => {
    const thread = bare.guild.thread(room, 'looking');
    const message = bare.guild.writes(ben, thread, 'in a thread', {
      files: [{ name: 'shot.png', bytes: new Uint8Array(3) }],
    });
    const heard = await next(() => bare.guild.reacts(ana, message, '📌'));
    assert.deepEqual(
      [heard?.room, heard?.thread],
      [roomOf(bare.guild.guild.id, room.id), thread.id],
    );
    assert.ok(heard?.said.kind === 'pinned');
    assert.equal(heard.said.message.text, 'in a thread\n[shot.png]');
    const [file] = heard.said.message.files ?? [];
    assert.deepEqual([file?.name, file?.mediaType], ['shot.png', 'image/png']);
  });

  it('is heard to be changed, once for each time, and to be gone', async () => {
    const message = bare.guild.writes(ben, room, 'before');
    await next(() => bare.guild.pins(ana, message));
    const changed = await next(() => bare.guild.edits(message, 'after'));
    assert.ok(changed?.said.kind === 'changed');
    assert.deepEqual([changed.said.message.id, changed.said.message.text], [message.id, 'after']);
    assert.equal(changed.room, roomOf(bare.guild.guild.id, room.id));
    // Discord tells of the message anew, with the time of that edit.
    await next(() => bare.guild.unpins(ana, message));
    const gone = await next(() => bare.guild.deletes(message));
    assert.deepEqual(gone?.said, { kind: 'deleted', message: { id: message.id } });
  });

  it('is no news when Firebreak changes what it wrote itself, nor what changed long ago', async () => {
    const to = { kind: 'message', room: roomOf(bare.guild.guild.id, room.id) } as const;
    const own = bare.outgoing(to, 'Card');
    const bound = AbortSignal.timeout(30_000);
    const { reference } = await bare.surface.send(own, bound);
    await bare.surface.send({ ...bare.outgoing(to, 'Anew'), edits: reference }, bound);
    const message = bare.guild.writes(ben, room, 'before');
    await next(() => bare.guild.edits(message, 'after'));
    bare.now = new Date(bare.now.getTime() + 4 * 24 * 60 * 60_000);
    bare.heard.length = 0;
    const heard = await next(() => bare.guild.pins(ana, message));
    assert.equal(heard?.said.kind, 'pinned');
  });

  it('is heard although the connection was cut meanwhile, and not twice', async () => {
    const message = bare.guild.writes(ben, room, 'while away');
    const heard = await next(() => {
      bare.fake.gateway.cut(4_000);
      bare.guild.reacts(ana, message, '📌');
    });
    assert.equal(heard?.said.kind, 'pinned');
    assert.deepEqual([bare.fake.gateway.identified, bare.fake.gateway.resumed], [1, 1]);
    assert.deepEqual(bare.troubles, []);
    assert.equal(new Set(bare.heard.map(({ id }) => id)).size, bare.heard.length);
  });
});
