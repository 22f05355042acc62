import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';

import { aProblem, aView } from '../../testing/replies.ts';
import { HandClock } from '../../testing/slack/hand-clock.ts';
import { slackLimits } from '../../testing/slack/limits.ts';
import { aSlackRig, outgoingTo } from '../../testing/slack/rig.ts';
import type { Ears, Heard, Outgoing } from '../chat.ts';
import { knownWithinMs } from '../known.ts';

const never = new AbortController().signal;

async function shown(test: TestContext, given: Partial<Outgoing>) {
  const clock = new HandClock();
  const rig = await aSlackRig(test, { clock });
  const root = (await rig.workspace.says('ann', 'alarm', 'Something is odd')) ?? '';
  await rig.workspace.says('ann', 'alarm', '@firebreak status', root);
  await rig.workspace.slack.inbound.settled();
  const [mention] = rig.heard.splice(0);
  assert.ok(mention);
  await rig.slack.send(outgoingTo(mention, given), never);
  return { ...rig, clock, root };
}

function earsThat(heard: Heard[], known: Ears['known']): Ears {
  const hear: Ears['hear'] = async (one) => {
    heard.push(one);
    return 'new';
  };
  return { hear, complete: async () => [], ...(known && { known }) };
}

describe('a form in Slack', () => {
  it('opens from its button, and is said as the line that it stands for', async (test) => {
    const reply = aView({ next: ['log add …'] });
    const { workspace, heard, root } = await shown(test, { reply });
    await workspace.presses('ben', 'alarm', 'log add …');
    assert.equal(heard.length, 0);
    await workspace.submits('ben', { Text: 'the CFO was told & <b>', At: '14:05' });
    const [form] = heard;
    assert.deepEqual(form?.said, {
      kind: 'line',
      line: 'log add at:14:05 "the CFO was told & <b>"',
    });
    assert.equal(form?.thread, root);
    assert.equal(form?.speaker.id, 'slack:T0ACME/U0BEN');
    assert.equal(workspace.slack.world.views.top('U0BEN'), undefined);
  });

  it('is filled in with what is known where it is asked for', async (test) => {
    const asked: unknown[] = [];
    const known: Ears['known'] = async (asking, line) => {
      asked.push([asking, line]);
      return { in: 'INC-1', level: 'sev2' };
    };
    const heard: Heard[] = [];
    const { workspace } = await aSlackRig(test, { ears: earsThat(heard, known) });
    await workspace.says('ann', 'alarm', '/ir sev');
    const identity = 'slack:T0ACME/U0ANN';
    const room = `slack:T0ACME/${workspace.channel('alarm').id}`;
    assert.deepEqual(asked, [[{ surface: 'slack', identity, room }, 'sev']]);
    await workspace.submits('ann', { Reason: 'only the test account was hit' });
    assert.deepEqual(
      heard.map(({ said }) => said),
      [{ kind: 'line', line: 'sev sev2 in:INC-1 only the test account was hit' }],
    );
  });

  it('opens as it is when what is known comes too late, or not at all', async (test) => {
    const clock = new HandClock();
    const known: Ears['known'] = () => {
      clock.advance(knownWithinMs);
      return new Promise(() => {});
    };
    const { workspace } = await aSlackRig(test, { clock, ears: earsThat([], known) });
    await workspace.says('ann', 'alarm', '/ir sev');
    assert.ok(workspace.slack.world.views.top('U0ANN'));
    const failing = await aSlackRig(test, {
      ears: earsThat([], () => Promise.reject(new Error('The database is away.'))),
    });
    await failing.workspace.says('ann', 'alarm', '/ir sev');
    assert.ok(failing.workspace.slack.world.views.top('U0ANN'));
  });

  it('takes a code apart from the line, which is said again with it', async (test) => {
    const reply = aProblem({ asks: 'code', again: 'contain run P-1' });
    const keys = { 'contain run P-1': 'k1' };
    const { workspace, heard, codes } = await shown(test, { reply, keys });
    await workspace.presses('ann', 'alarm', 'Say it with a code');
    await workspace.submits('ann', { 'Code of your authenticator app': '123456' });
    assert.deepEqual(
      heard.map(({ said }) => said),
      [{ kind: 'press', key: 'k1' }],
    );
    assert.deepEqual(
      codes.map((code) => code.reveal()),
      ['123456'],
    );
    assert.doesNotMatch(JSON.stringify(heard), /123456/);
  });

  it('that cannot be opened any more is answered with how it is typed', async (test) => {
    const reply = aView({ next: ['log add …'] });
    const { workspace, heard, clock } = await shown(test, { reply });
    const { triggers } = workspace.slack.world;
    const give = triggers.give.bind(triggers);
    triggers.give = (user) => {
      const trigger = give(user);
      clock.advance(slackLimits.triggerMs + 1);
      return trigger;
    };
    await workspace.presses('ann', 'alarm', 'log add …');
    assert.deepEqual(
      heard.map(({ said }) => said),
      [{ kind: 'line', line: 'help log add' }],
    );
  });

  it('opens for a command that lacks what it must have, and for no other', async (test) => {
    const { workspace, heard } = await aSlackRig(test, {});
    await workspace.says('ann', 'alarm', '/ir declare');
    assert.deepEqual(heard, []);
    await workspace.submits('ann', { Title: 'Stripe key leaked', Severity: 'sev2' });
    await workspace.says('ann', 'alarm', '/ir role list');
    assert.deepEqual(
      heard.map(({ said }) => said),
      [
        { kind: 'line', line: 'declare severity:sev2 Stripe key leaked' },
        { kind: 'line', line: 'role list' },
      ],
    );
  });

  it('opens once when Slack delivers the press again', async (test) => {
    const { workspace, heard } = await shown(test, { reply: aView({ next: ['log add …'] }) });
    workspace.slack.inbound.repeats = true;
    await workspace.presses('ben', 'alarm', 'log add …');
    await workspace.slack.inbound.settled();
    assert.deepEqual(heard, []);
    assert.equal(workspace.slack.world.views.stacks.get('U0BEN')?.length, 1);
  });
});
