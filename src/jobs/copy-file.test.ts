import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import type { AskedFile, CopiedFile, CopiesFiles } from '../chat/chat.ts';
import type { HeardMessage } from '../domain/heard.ts';
import type { PlatformErrorCode } from '../errors.ts';
import { PlatformError } from '../errors.ts';
import type { CopyJob } from '../store/store.ts';
import type { Bot } from '../testing/bot.ts';
import { bot } from '../testing/bot.ts';
import { chatsOn, wordsOf } from '../testing/chats.ts';
import { NeutralSurface } from '../testing/neutral-surface.ts';
import type { CopyContext } from './copy-file.ts';
import { copyFile } from './copy-file.ts';

const bytes = new TextEncoder().encode('a picture');
const sha256 = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');
const never = new AbortController().signal;
const file = { id: 'F1', name: 'screen.png', mediaType: 'image/png' };

class CopyingSurface extends NeutralSurface implements CopiesFiles {
  readonly asked: AskedFile[] = [];
  refusal: PlatformErrorCode | undefined;

  async copyFile(asked: AskedFile): Promise<CopiedFile> {
    this.asked.push(asked);
    if (this.refusal) throw new PlatformError('slack', this.refusal, 'It is not shown.');
    return { bytes, mediaType: 'image/png' };
  }
}

describe('a file of a message that is put on the timeline', () => {
  let here: Bot;
  let slack: CopyingSurface;
  let context: CopyContext;
  let incident: string;
  let by: string;
  before(async () => {
    here = await bot();
    by = (await here.person('ana')).id;
    await here.see('declare Key leaked sev:2', 'ana');
    incident = (await here.store.incidents.byName('INC-1', by))?.id ?? assert.fail();
    slack = new CopyingSurface('slack');
    const { store, clock } = here;
    const surfaces = new Map([['slack' as const, slack]]);
    context = { store, surfaces, sha256, now: clock.now, newId: randomUUID };
  });

  const asked = (message: string): CopyJob['data'] => ({
    incident,
    surface: 'slack',
    room: 'slack:W1/war',
    message,
    author: 'Dana',
    file,
    by,
    at: here.clock.now().toISOString(),
  });
  const told = async () => (await here.store.timeline.latest(incident, 1))[0];
  const sealedOf = async (message: string) =>
    (await here.store.evidence.ofIncident(incident)).filter(
      ({ from }) => from.kind === 'message' && from.message === message,
    );

  it('is sealed once as evidence, with its hash in the chain and the words', async () => {
    await copyFile(context, asked('171.1'), never);
    await copyFile(context, asked('171.1'), never);
    const [kept, ...more] = await sealedOf('171.1');
    assert.ok(kept);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [kept.title, kept.mediaType, kept.sha256, kept.collectedBy],
      ['screen.png', 'image/png', sha256(bytes), by],
    );
    assert.deepEqual(await here.store.evidence.bytes(kept.id), bytes);
    const event = await told();
    const attachment = { sha256: sha256(bytes), size: bytes.length, type: 'image/png' };
    assert.deepEqual(event?.attachments, [attachment]);
    assert.equal(
      event?.text,
      `Copied and sealed “screen.png” of a message of Dana: 9 bytes, image/png, sha256 ${sha256(bytes)}.`,
    );
    assert.match(
      wordsOf(await here.see('evidence list', 'ana')),
      /screen\.png of a message of Dana/,
    );
    assert.match(wordsOf(await here.see('evidence show E-1', 'ana')), /slack:W1\/war/);
  });

  it('is told of when it cannot be had, and waited for while it may come', async () => {
    slack.refusal = 'refused';
    await copyFile(context, asked('171.2'), never);
    const words = '“screen.png” of a message of Dana was not copied: It is not shown.';
    assert.deepEqual([(await told())?.kind, (await told())?.text], ['file_not_copied', words]);

    slack.refusal = 'unavailable';
    const waiting = asked('171.3');
    await assert.rejects(copyFile(context, waiting, never), { code: 'unavailable' });
    here.clock.forward(61 * 60_000);
    await copyFile(context, waiting, never);
    assert.deepEqual((await told())?.data?.['message'], '171.3');
    assert.deepEqual([...(await sealedOf('171.2')), ...(await sealedOf('171.3'))], []);
  });

  it('is asked for in the transaction that writes its message down', async () => {
    const chats = await chatsOn(here);
    const identity = 'slack:W1/ana';
    const link = { identity, person: by, name: 'ana', linkedAt: here.clock.now() };
    await here.store.save({ identities: [link], rooms: [{ room: 'slack:W1/war', incident }] });
    const at = here.clock.now().toISOString();
    const message: HeardMessage = { id: '171.4', author: 'Dana', text: '', at, files: [file] };
    const said = { kind: 'pinned', message } as const;
    await chats.slack.hear(chats.slack.event('ana', 'war', '', { said }));
    await chats.work();
    const words = wordsOf(chats.slack.seenBy('ana', 'war').at(-1)?.reply);
    assert.match(words, /1 file\) is copied as evidence now/);
    const job = `${incident}/slack:W1/war/171.4/F1`;
    assert.equal((await here.store.jobs.state('copy', job))?.state, 'waiting');
  });
});
