import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { BareDiscord } from '../../testing/discord/surface.ts';
import type { FakeChannel, FakeUser } from '../../testing/discord/world.ts';
import { until } from '../../testing/until.ts';
import type { HeardFile } from '../chat.ts';
import { copiesFiles } from '../chat.ts';
import { roomOf } from './places.ts';

const png = new Uint8Array(Buffer.from('\u0089PNG, as good as any'));

describe('what hangs on a message in Discord', () => {
  let bare: BareDiscord;
  let room: FakeChannel;
  let ana: FakeUser;

  before(async () => {
    bare = await BareDiscord.open();
    room = bare.guild.channel('ops');
    ana = bare.guild.member('ana');
  });
  after(() => bare.stop());

  /** Somebody posts a file there and marks it. */
  const marked = async (name: string, channel = room) => {
    const message = bare.guild.writes(ana, channel, '', { files: [{ name, bytes: png }] });
    const count = bare.heard.length;
    bare.guild.reacts(ana, message, '📌');
    await until('it is heard', () => bare.heard.length > count);
    const said = bare.heard.at(-1)?.said;
    assert.ok(said?.kind === 'pinned');
    const [file = assert.fail()] = said.message.files ?? [];
    return { message, file };
  };
  const copy = (message: { readonly id: string }, file: HeardFile, bytesAtMost = 1_000) => {
    const { surface } = bare;
    assert.ok(copiesFiles(surface));
    const place = roomOf(bare.guild.guild.id, room.id);
    const asked = { room: place, message: message.id, file, bytesAtMost };
    return surface.copyFile(asked, AbortSignal.timeout(60_000));
  };

  it('is read where Discord keeps it, at an address of today, in threads as well', async () => {
    const { message, file } = await marked('screen.png', bare.guild.thread(room, 'looking'));
    bare.now = new Date(bare.now.getTime() + 2 * 24 * 60 * 60_000);
    assert.deepEqual(await copy(message, file), { bytes: png, mediaType: 'image/png' });
  });

  it('is left where it is when it is large, no image, or gone', async () => {
    const image = await marked('screen.png');
    const archive = await marked('dump.zip');
    await assert.rejects(copy(image.message, image.file, png.length - 1), {
      message: /larger than/,
    });
    await assert.rejects(copy(archive.message, archive.file), { message: /no image/ });
    bare.guild.deletes(image.message);
    await assert.rejects(copy(image.message, image.file), { code: 'not_found' });
  });

  it('is asked of Discord’s own hosts alone', async () => {
    const { message, file } = await marked('screen.png');
    const { cdn } = bare.fake.world;
    bare.fake.world.cdn = 'http://evil.example:1';
    await assert.rejects(copy(message, file), { code: 'blocked' });
    bare.fake.world.cdn = cdn;
  });
});
