import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { aSlackRig, outgoingTo } from '../../testing/slack/rig.ts';

const never = new AbortController().signal;

async function asked(test: TestContext) {
  const rig = await aSlackRig(test, {});
  await rig.workspace.says('ann', 'alarm', '/ir status');
  const [command] = rig.heard;
  assert.ok(command);
  return { ...rig, command };
}

async function problemOf(sending: Promise<unknown>): Promise<PlatformError> {
  try {
    await sending;
  } catch (error) {
    assert.ok(error instanceof PlatformError);
    return error;
  }
  throw new Error('It was sent.');
}

describe('a message to Slack', () => {
  it('is found again by its id when nobody heard whether it arrived', async (test) => {
    const { workspace, slack, command } = await asked(test);
    const outgoing = outgoingTo(command);
    for (const fault of [{ kind: 'cut', when: 'after' }, { kind: 'garbled' }] as const) {
      const { messages } = workspace.channel('alarm');
      messages.length = 0;
      assert.equal(await slack.wasSent(outgoing), undefined);
      workspace.slack.faults.next('chat.postMessage', fault);
      const problem = await problemOf(slack.send(outgoing, never));
      assert.equal(problem.mayHaveHappened, true);
      const found = await slack.wasSent(outgoing);
      const { id } = workspace.channel('alarm');
      assert.deepEqual(found, { reference: `${id}/${messages[0]?.ts}` });
    }
  });

  it('is found however much was said there since, in a thread too', async (test) => {
    const { workspace, slack, command } = await asked(test);
    const { state } = workspace.slack;
    const channel = workspace.channel('alarm');
    const { ts: thread } = state.post(channel, { user: 'U0ANN', text: 'Something is odd' });
    const chatter = (more: { readonly threadTs?: string }) => {
      for (let at = 0; at < 120; at += 1)
        state.post(channel, { user: 'U0ANN', text: 'Hm', ...more });
    };
    const inThread = outgoingTo({ ...command, thread }, { id: randomUUID() });
    const inChannel = outgoingTo(command, { id: randomUUID() });
    chatter({ threadTs: thread });
    for (const outgoing of [inThread, inChannel]) {
      const { reference } = await slack.send(outgoing, never);
      chatter(outgoing === inThread ? { threadTs: thread } : {});
      assert.deepEqual(await slack.wasSent(outgoing), { reference });
      const later = new Date(workspace.slack.world.clock.now().getTime() + 60 * 60_000);
      assert.equal(await slack.wasSent({ ...outgoing, storedAt: later }), undefined);
    }
  });

  it('hangs below its card, and stands in the channel where that is gone', async (test) => {
    const { workspace, slack, command } = await asked(test);
    const { room } = command;
    const channel = workspace.channel('alarm');
    const toRoom = { kind: 'message', room } as const;
    const card = await slack.send(outgoingTo(command, { id: randomUUID(), to: toRoom }), never);
    const below = card.reference;
    const hanging = () => outgoingTo(command, { id: randomUUID(), to: toRoom, below });
    const first = hanging();
    const sent = await slack.send(first, never);
    assert.equal(channel.messages.at(-1)?.threadTs, below.split('/')[1]);
    assert.deepEqual(await slack.wasSent(first), sent);
    assert.equal(await slack.wasSent(hanging()), undefined);
    channel.messages.shift();
    const late = hanging();
    const stands = await slack.send(late, never);
    assert.equal(channel.messages.at(-1)?.threadTs, undefined);
    assert.deepEqual(await slack.wasSent(late), stands);
  });

  it('says when to come back, what is wrong and that it never left', async (test) => {
    const { workspace, slack, command } = await asked(test);
    const { rates, faults } = workspace.slack;
    const outgoing = outgoingTo(command);
    rates.refuseNext('chat.postMessage', 1, 7);
    const late = await problemOf(slack.send(outgoing, never));
    assert.deepEqual([late.code, late.retryAfterMs], ['rate_limited', 7_000]);
    faults.next('chat.postMessage', { kind: 'error', error: 'token_revoked' });
    assert.equal((await problemOf(slack.send(outgoing, never))).code, 'unauthorized');
    faults.next('chat.postMessage', { kind: 'status', status: 503 });
    assert.equal((await problemOf(slack.send(outgoing, never))).mayHaveHappened, true);
    assert.deepEqual(workspace.standsIn('alarm'), []);
  });

  it('is not held up by others that Slack asks to come later', async (test) => {
    const { workspace, slack, command } = await asked(test);
    workspace.slack.rates.refuseNext('chat.postMessage', 1, 600);
    await problemOf(slack.send(outgoingTo(command), never));
    await slack.send(outgoingTo(command), never);
    assert.deepEqual(workspace.standsIn('alarm'), ['Nothing is open.']);
  });

  it('answers by its own address where Firebreak was not invited', async (test) => {
    const { workspace, slack, command } = await asked(test);
    workspace.channel('alarm').members.delete('U0FIREBREAK');
    await slack.send(outgoingTo(command), never);
    const [said = ''] = workspace.standsIn('alarm');
    assert.match(said, /Nothing is open\./);
    assert.match(said, /not in this channel, so this stays as it is.*\/invite @firebreak/s);
  });

  it('reaches one person alone, in the channel or between the two', async (test) => {
    const { workspace, slack, command } = await asked(test);
    const { answer: _expired, ...outgoing } = outgoingTo(command);
    const { room, speaker } = command;
    const to = { kind: 'answer', room, asker: speaker.id, forAsker: true } as const;
    await slack.send({ ...outgoing, to }, never);
    assert.deepEqual(workspace.seenBy('ann', 'alarm'), ['Nothing is open.']);
    await slack.send({ ...outgoing, to: { kind: 'direct', identity: speaker.id } }, never);
    assert.deepEqual(workspace.standsIn('ann'), ['Nothing is open.']);
  });

  it('reaches its asker though Slack takes no more by the address it gave', async (test) => {
    const { workspace, slack, command } = await asked(test);
    const { room, speaker, answer } = command;
    assert.ok(answer);
    const to = { kind: 'answer', room, asker: speaker.id, forAsker: true } as const;
    const used = { ...answer, token: new Secret(`${answer.token.reveal()}x`) };
    await slack.send(outgoingTo(command, { to, answer: used }), never);
    assert.deepEqual(workspace.seenBy('ann', 'alarm'), ['Nothing is open.']);
  });
});
