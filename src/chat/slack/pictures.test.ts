import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aView } from '../../testing/replies.ts';
import type { SlackRig } from '../../testing/slack/rig.ts';
import { aSlackRig, outgoingTo } from '../../testing/slack/rig.ts';
import type { Outgoing } from '../chat.ts';
import { slackScopes } from './manifest.ts';

const signal = AbortSignal.timeout(60_000);
const node = { id: 'a', kind: 'host' as const, label: 'evil.example' };
const graph = { nodes: [node], edges: [], omissions: [] };
const reply = aView({ title: 'Around <w1>', blocks: [{ kind: 'graph', graph }] });
const pngBegins = [0x89, 0x50, 0x4e, 0x47];

async function asked(rig: SlackRig, forAsker: boolean): Promise<Outgoing> {
  await rig.workspace.says('ann', 'alarm', '/ir scope graph');
  const [heard = assert.fail()] = rig.heard.splice(0);
  const { room, speaker } = heard;
  return outgoingTo(heard, {
    to: { kind: 'answer', room, asker: speaker.id, forAsker },
    reply,
  });
}

function picturesIn({ workspace }: SlackRig, channel: string) {
  const { files } = workspace.slack.world;
  return workspace
    .channel(channel)
    .messages.flatMap((message) =>
      message.files.map(({ id }) => [...(files.get(id).bytes ?? [])].slice(0, 4)),
    );
}

describe('a picture in Slack', () => {
  it('stands beside its words where all see them, once', async (test) => {
    const rig = await aSlackRig(test, {});
    const outgoing = await asked(rig, false);
    rig.workspace.slack.faults.next('chat.postMessage', { kind: 'status', status: 503 });
    await assert.rejects(rig.slack.send(outgoing, signal));
    await rig.slack.send(outgoing, signal);
    assert.deepEqual(picturesIn(rig, 'alarm'), [pngBegins]);
    assert.match(rig.workspace.standsIn('alarm').at(-1) ?? '', /evil\.example/);
  });

  it('of what one alone asked for is shown to nobody else', async (test) => {
    const rig = await aSlackRig(test, {});
    await rig.slack.send(await asked(rig, true), signal);
    assert.deepEqual(picturesIn(rig, 'alarm'), []);
    assert.deepEqual(picturesIn(rig, 'ann'), [pngBegins]);
    assert.deepEqual([...rig.workspace.channel('ann').members], ['U0FIREBREAK', 'U0ANN']);
    const [words] = rig.workspace.seenBy('ann', 'alarm');
    assert.match(words ?? '', /evil\.example.*picture is in your messages/s);
  });

  it('is left out where no file may be sent, which the words say', async (test) => {
    const scopes = Object.keys(slackScopes).filter((scope) => scope !== 'files:write');
    const rig = await aSlackRig(test, { app: { scopes: new Set(scopes) } });
    await rig.slack.send(await asked(rig, false), signal);
    const words = rig.workspace.standsIn('alarm').join('\n');
    assert.match(words, /evil\.example.*could not be sent: The app was not granted/s);
  });
});
