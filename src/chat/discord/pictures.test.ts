import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';

import type { Reply } from '../../domain/reply.ts';
import { wordsOf } from '../../testing/discord/guild.ts';
import { BareDiscord } from '../../testing/discord/surface.ts';
import type { FakeChannel } from '../../testing/discord/world.ts';
import { aView } from '../../testing/replies.ts';
import { roomOf } from './places.ts';

const pngBegins = [0x89, 0x50, 0x4e, 0x47];

function drawing(label: string): Reply {
  const graph = { nodes: [{ id: 'a', kind: 'host' as const, label }], edges: [], omissions: [] };
  return aView({ title: 'Around w1', blocks: [{ kind: 'graph', graph }] });
}

describe('a picture in Discord', () => {
  let bare: BareDiscord;
  let room: FakeChannel;

  before(async () => {
    bare = await BareDiscord.open();
  });
  after(() => bare.stop());
  beforeEach(() => {
    room = bare.guild.channel('ops');
  });

  const send = async (reply: Reply, edits?: string) => {
    const to = { kind: 'message', room: roomOf(bare.guild.guild.id, room.id) } as const;
    const outgoing = { ...bare.outgoing(to, ''), reply, ...(edits && { edits }) };
    const { reference } = await bare.surface.send(outgoing, AbortSignal.timeout(60_000));
    const [message] = room.messages;
    assert.ok(message);
    return { message, reference };
  };

  it('hangs on the answer, whose words say the same', async () => {
    const { message, reference } = await send(drawing('evil.example'));
    const [file] = message.files;
    assert.ok(file);
    assert.deepEqual([...file.bytes.subarray(0, 4)], pngBegins);
    assert.match(wordsOf(message), /evil\.example/);
    assert.match(JSON.stringify(message.body), /"attachment:\/\/graph\.png"/);
    await send(drawing('漢.example'), reference);
    assert.equal(message.files.length, 1);
    assert.match(wordsOf(message), /characters that the picture cannot show/);
  });

  it('is left out where the bot may send no files, and that is said', async () => {
    room.denied.add('ATTACH_FILES');
    const { message } = await send(drawing('evil.example'));
    assert.deepEqual(message.files, []);
    assert.match(wordsOf(message), /evil\.example[^]*No picture may be sent here/);
  });
});
