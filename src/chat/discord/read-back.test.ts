import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { BareDiscord } from '../../testing/discord/surface.ts';
import type { FakeChannel, FakeUser } from '../../testing/discord/world.ts';
import { until } from '../../testing/until.ts';
import { identityOf, roomOf } from './places.ts';

const whoIs = (user: FakeUser) => identityOf(user.id);

describe('what was done to messages while nobody was connected', () => {
  let bare: BareDiscord;
  let room: FakeChannel;
  let ana: FakeUser;
  let ben: FakeUser;

  before(async () => {
    bare = await BareDiscord.open();
    room = bare.guild.channel('ops');
    ana = bare.guild.member('ana');
    ben = bare.guild.member('ben');
    bare.open = [roomOf(bare.guild.guild.id, room.id)];
  });
  after(() => bare.stop());

  const toHear = async (count: number, what: () => void | Promise<void>) => {
    const from = bare.heard.length;
    await what();
    await until('it is heard', () => bare.heard.length >= from + count);
    return bare.heard
      .slice(from)
      .map(({ said, speaker }) =>
        'message' in said ? [said.kind, said.message.id, speaker.id] : [said.kind],
      );
  };
  const away = async (what: () => void) => {
    await bare.surface.stop(AbortSignal.timeout(10_000));
    what();
    // Nobody asks more than Discord allows in a second.
    bare.now = new Date(bare.now.getTime() + 2_000);
    await bare.start();
  };
  const written = (text: string) => bare.guild.writes(ben, room, text);

  it('is heard once it is connected again: once, and in order', async () => {
    const [kept, taken, pinned, gone] = ['kept', 'taken off', 'pinned', 'gone'].map(written);
    assert.ok(kept && taken && pinned && gone);
    await toHear(4, () => {
      for (const one of [kept, taken, gone]) bare.guild.reacts(ana, one, '📌');
      bare.guild.pins(ana, pinned);
    });
    const thread = bare.guild.thread(room, 'looking');
    const inThread = bare.guild.writes(ben, thread, 'in a thread');
    const late = written('late');
    const marked = written('marked');
    const heard = await toHear(7, () =>
      away(() => {
        bare.guild.unpins(ben, pinned);
        bare.guild.pins(ben, late);
        bare.guild.unreacts(ana, taken, '📌');
        bare.guild.reacts(ben, marked, '📌');
        bare.guild.edits(kept, 'kept, and mended');
        bare.guild.reacts(ana, inThread, '📌');
        bare.guild.deletes(gone);
      }),
    );
    assert.deepEqual(heard, [
      ['unpinned', pinned.id, whoIs(ben)],
      ['pinned', late.id, whoIs(ben)],
      ['changed', kept.id, whoIs(ben)],
      ['unpinned', taken.id, whoIs(ana)],
      ['pinned', marked.id, whoIs(ben)],
      ['pinned', inThread.id, whoIs(ana)],
      ['deleted', gone.id, 'discord:unknown'],
    ]);
    // Deletions are read last: whatever else came again would have come before it.
    const again = await toHear(1, () =>
      away(() => {
        thread.isArchived = true;
        bare.guild.deletes(marked);
      }),
    );
    assert.deepEqual(again, [['deleted', marked.id, 'discord:unknown']]);
    assert.deepEqual([bare.troubles, bare.untold], [[], []]);
  });

  it('goes on from there: what was marked before is taken off and marked again', async () => {
    const message = written('on and off');
    await toHear(1, () => away(() => bare.guild.reacts(ana, message, '📌')));
    const off = await toHear(1, () => bare.guild.unreacts(ana, message, '📌'));
    const on = await toHear(1, () => bare.guild.reacts(ana, message, '📌'));
    const offAgain = await toHear(1, () => away(() => bare.guild.unreacts(ana, message, '📌')));
    const onAgain = await toHear(1, () => away(() => bare.guild.reacts(ana, message, '📌')));
    assert.deepEqual(
      [off, on, offAgain, onAgain].flat().map(([kind]) => kind),
      ['unpinned', 'pinned', 'unpinned', 'pinned'],
    );
  });

  it('is heard as well when a session could not be resumed', async () => {
    const message = written('between two sessions');
    const heard = await toHear(1, () => {
      bare.fake.gateway.invalidate();
      bare.guild.reacts(ana, message, '📌');
    });
    assert.deepEqual(heard, [['pinned', message.id, whoIs(ana)]]);
  });

  it('is left alone where a bot did it, and for another emoji', async () => {
    const robot = bare.guild.member('robot', { isBot: true });
    const other = written('other');
    const message = written('meant');
    const heard = await toHear(1, () =>
      away(() => {
        bare.guild.reacts(ana, other, '👍');
        bare.guild.reacts(robot, other, '📌');
        bare.guild.reacts(ana, message, '📌');
      }),
    );
    assert.deepEqual(heard, [['pinned', message.id, whoIs(ana)]]);
  });

  it('is said to be unknown where the channel cannot be read, or too much was written', async () => {
    room.denied.add('READ_MESSAGE_HISTORY');
    await away(() => undefined);
    await until('it is told', () => bare.untold.length === 1);
    room.denied.clear();
    assert.match(bare.untold[0] ?? '', /could not read back.*may not do that there/);
    await away(() => {
      for (let count = 0; count < 501; count += 1) written(`line ${count}`);
    });
    await until('it is told', () => bare.untold.length === 2);
    assert.match(bare.untold[1] ?? '', /500 messages/);
  });
});
