import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aSlackRig } from '../../testing/slack/rig.ts';
import type { SlackRig } from '../../testing/slack/rig.ts';
import type { HeardFile } from '../chat.ts';
import { slackScopes } from './manifest.ts';

const png = Buffer.from('\u0089PNG, as good as any');
const signal = AbortSignal.timeout(60_000);

/** Somebody posts a file and pins it. */
async function pinned(rig: SlackRig, name: string, type: string): Promise<HeardFile> {
  const ts = rig.workspace.posts('ann', 'alarm', name, type, png);
  await rig.workspace.pins('ben', 'alarm', ts);
  const said = rig.heard.at(-1)?.said;
  assert.ok(said?.kind === 'pinned');
  assert.equal(said.message.text, `[${name}]`);
  const [file = assert.fail()] = said.message.files ?? [];
  return file;
}

const asked = (file: HeardFile, bytesAtMost = 1_000) => ({
  room: 'slack:T0ACME/C1',
  message: 'C1/171.1',
  file,
  bytesAtMost,
});

describe('what hangs on a message in Slack', () => {
  it('is read by the app’s own token, and stays as private as it was', async (test) => {
    const rig = await aSlackRig(test, {});
    const file = await pinned(rig, 'screen.png', 'image/png');
    assert.deepEqual([file.name, file.mediaType], ['screen.png', 'image/png']);
    const copied = await rig.slack.copyFile(asked(file), signal);
    assert.deepEqual(copied, { bytes: new Uint8Array(png), mediaType: 'image/png' });
    const methods = rig.workspace.slack.calls.map(({ method }) => method);
    assert.equal(methods.includes('files.sharedPublicURL'), false);
  });

  it('is left where it is when it is large, no image, gone, or not shown', async (test) => {
    const rig = await aSlackRig(test, {});
    const image = await pinned(rig, 'screen.png', 'image/png');
    const archive = await pinned(rig, 'dump.zip', 'application/zip');
    const { slack } = rig;
    const tries = [
      [asked(image, png.length - 1), /larger than 20 bytes/],
      [asked(archive), /no image/],
      [asked({ ...image, id: 'F0NONE' }), /The file is gone/],
    ] as const;
    for (const [what, message] of tries) {
      await assert.rejects(slack.copyFile(what, signal), { message });
    }
    rig.workspace.slack.faults.next('files-pri', { kind: 'status', status: 503 });
    await assert.rejects(slack.copyFile(asked(image), signal), { code: 'unreadable' });
    const scopes = Object.keys(slackScopes).filter((scope) => scope !== 'files:read');
    const lacking = await aSlackRig(test, { app: { scopes: new Set(scopes) } });
    const hidden = await pinned(lacking, 'screen.png', 'image/png');
    await assert.rejects(lacking.slack.copyFile(asked(hidden), signal), { code: 'refused' });
  });

  it('is asked of Slack alone: the token goes nowhere else', async (test) => {
    const rig = await aSlackRig(test, {});
    const file = await pinned(rig, 'screen.png', 'image/png');
    rig.workspace.slack.world.files.elsewhere = 'http://evil.example:1/files-pri/F1/download';
    await assert.rejects(rig.slack.copyFile(asked(file), signal), { code: 'blocked' });
  });
});
