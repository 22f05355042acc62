import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aSlackRig, outgoingTo } from '../../testing/slack/rig.ts';

describe('a message in Slack', () => {
  it('is heard of when its words are changed or it is gone, and not otherwise', async (test) => {
    const { workspace, heard } = await aSlackRig(test, {});
    const ts = (await workspace.says('ann', 'alarm', 'It was me')) ?? '';
    const id = `${workspace.channel('alarm').id}/${ts}`;
    await workspace.edits('alarm', ts, 'It was me');
    await workspace.edits('alarm', ts, 'It was <nobody>');
    await workspace.deletes('alarm', ts);
    const [changed, deleted, ...more] = heard;
    assert.deepEqual(more, []);
    assert.ok(changed?.said.kind === 'changed');
    const { author, text } = changed.said.message;
    assert.deepEqual([changed.said.message.id, author, text], [id, 'ann', 'It was <nobody>']);
    assert.deepEqual(deleted?.said, { kind: 'deleted', message: { id } });
    assert.equal(deleted.speaker.name, 'ann');
  });

  it('is no news when Firebreak keeps it up to date itself', async (test) => {
    const { workspace, heard, slack } = await aSlackRig(test, {});
    await workspace.says('ann', 'alarm', '/ir help');
    const [first = assert.fail()] = heard;
    const signal = AbortSignal.timeout(60_000);
    const { answer: _answer, ...outgoing } = outgoingTo(first);
    const sent = await slack.send(outgoing, signal);
    const reply = { ...outgoing.reply, title: 'Something else.' };
    await slack.send({ ...outgoing, reply, edits: sent.reference }, signal);
    await workspace.slack.inbound.settled();
    assert.equal(heard.length, 1);
  });
});
