import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aView } from '../../testing/shell.ts';
import { HandClock } from '../../testing/slack/hand-clock.ts';
import { signed } from '../../testing/slack/http-line.ts';
import { slackLimits } from '../../testing/slack/limits.ts';
import { aSlackRig, outgoingTo } from '../../testing/slack/rig.ts';
import { slackKeys } from '../../testing/slack/workspace.ts';
import { until } from '../../testing/until.ts';
import { shortcuts } from './manifest.ts';

const never = new AbortController().signal;

for (const over of ['socket', 'http'] as const) {
  const way = over === 'http' ? { over } : {};
  describe(`Slack over ${over}`, () => {
    it('hears a command as a line, and answers everybody or its asker alone', async (test) => {
      const { workspace, slack, heard } = await aSlackRig(test, way);
      await workspace.says('ann', 'alarm', '/ir declare “Leak” —severity sev1 & more');
      const [command] = heard;
      assert.ok(command);
      assert.deepEqual(command.said, {
        kind: 'line',
        line: 'declare "Leak" --severity sev1 & more',
      });
      assert.deepEqual(command.speaker, {
        id: 'slack:T0ACME/U0ANN',
        name: 'ann',
        standing: 'member',
      });
      assert.equal(command.room, `slack:T0ACME/${workspace.channel('alarm').id}`);
      await slack.send(outgoingTo(command), never);
      assert.deepEqual(workspace.standsIn('alarm'), ['Nothing is open.']);
      const { room, speaker } = command;
      const to = { kind: 'answer', room, asker: speaker.id, forAsker: true } as const;
      await slack.send(outgoingTo(command, { to, reply: aView({ title: 'For you.' }) }), never);
      assert.deepEqual(workspace.seenBy('ann', 'alarm'), ['For you.']);
      assert.deepEqual(workspace.seenBy('ben', 'alarm'), []);
    });

    it('hears what is said to it in a thread, where Slack takes no commands', async (test) => {
      const { workspace, slack, heard } = await aSlackRig(test, way);
      const root = (await workspace.says('ann', 'alarm', 'Something is odd')) ?? '';
      await workspace.says('ben', 'alarm', '@firebreak role assign @ann lead', root);
      await workspace.slack.inbound.settled();
      const [mention] = heard;
      assert.ok(mention);
      assert.deepEqual(
        heard.map(({ said }) => said),
        [{ kind: 'line', line: 'role assign @slack:T0ACME/U0ANN|ann lead' }],
      );
      assert.equal(mention.thread, root);
      await slack.send(outgoingTo(mention), never);
      assert.equal(workspace.channel('alarm').messages.at(-1)?.threadTs, root);
    });

    it('hears a press once by the key of the button, and edits the card', async (test) => {
      const { workspace, slack, heard, repeats } = await aSlackRig(test, way);
      await workspace.says('ann', 'alarm', '/ir status');
      const [command] = heard;
      assert.ok(command);
      const reply = aView({ title: 'A plan.', next: ['contain run P-1'] });
      const card = outgoingTo(command, { reply, keys: { 'contain run P-1': 'k1' } });
      const sent = await slack.send(card, never);
      workspace.slack.inbound.repeats = true;
      await workspace.presses('ben', 'alarm', 'contain run P-1');
      assert.deepEqual(heard[1]?.said, { kind: 'press', key: 'k1' });
      assert.equal(heard[1]?.speaker.id, 'slack:T0ACME/U0BEN');
      assert.equal(heard.length, 2);
      // The same request in the same second is not even read again.
      assert.equal(repeats.length, over === 'http' ? 0 : 1);
      const used = { ...card, reply: aView({ title: 'Under way.' }), keys: {} };
      await slack.send({ ...used, edits: sent.reference }, never);
      assert.deepEqual(workspace.standsIn('alarm'), ['Under way.']);
    });

    it('acknowledges only what was kept', async (test) => {
      const clock = new HandClock();
      const rig = await aSlackRig(test, { ...way, clock });
      const { workspace, heard, failures, failNext } = rig;
      await workspace.says('ann', 'alarm', '/ir help');
      heard.length = 0;
      failNext(1);
      await workspace.says('ann', 'alarm', '/ir declare Leak');
      assert.match(workspace.seenBy('ann', 'alarm').at(-1) ?? '', /nothing of it was done/);
      failNext(1);
      await workspace.says('ann', 'alarm', '@firebreak status');
      if (over === 'socket') {
        await until('the failure is known', () => failures.length === 2);
        clock.advance(slackLimits.ackMs);
      }
      await workspace.slack.inbound.settled();
      assert.equal(failures.length, 2);
      assert.deepEqual(
        heard.map(({ said }) => said),
        [{ kind: 'line', line: 'status' }],
      );
    });
  });
}

describe('what is heard in Slack', () => {
  it('tells guests, strangers and bots from members, and two from many', async (test) => {
    const { workspace, heard } = await aSlackRig(test, { channels: [] });
    const { state } = workspace.slack;
    state.addUser('gus', { isGuest: true });
    state.addUser('sue', { isStranger: true, teamId: 'T0OTHER' });
    state.addUser('robo', { isBot: true });
    state.addChannel('shared', state.users.keys());
    state.addChannel('ann', ['U0ANN', 'U0FIREBREAK'], { isDirect: true });
    for (const name of ['gus', 'sue', 'robo']) {
      await workspace.says(name, 'shared', '@firebreak status');
    }
    await workspace.says('ann', 'ann', 'status');
    await workspace.slack.inbound.settled();
    assert.deepEqual(
      heard.map(({ speaker, isDirect }) => [speaker.name, speaker.standing, isDirect]),
      [
        ['gus', 'restricted', false],
        ['sue', 'stranger', false],
        ['robo', 'bot', false],
        ['ann', 'member', true],
      ],
    );
    assert.equal(heard[1]?.speaker.id, 'slack:T0OTHER/U0SUE');
  });

  it('is said by accounts of the organisation, where there is one', async (test) => {
    const { workspace, heard } = await aSlackRig(test, { enterprise: 'E0ACME' });
    await workspace.says('ann', 'alarm', '/ir role assign scribe @ben');
    assert.equal(heard[0]?.speaker.id, 'slack:E0ACME/U0ANN');
    assert.deepEqual(heard[0].said, {
      kind: 'line',
      line: 'role assign scribe @slack:E0ACME/U0BEN|ben',
    });
    assert.equal(heard[0].speaker.standing, 'member');
  });

  it('is only what members of the workspaces say that are named', async (test) => {
    const { workspace, heard } = await aSlackRig(test, { teams: ['T0OTHER'] });
    workspace.slack.state.addUser('sue', { teamId: 'T0OTHER' });
    workspace.channel('alarm').members.add('U0SUE');
    await workspace.says('ann', 'alarm', '/ir status');
    await workspace.says('sue', 'alarm', '@firebreak status');
    await workspace.slack.inbound.settled();
    assert.deepEqual(
      heard.map(({ speaker }) => speaker.standing),
      ['stranger', 'member'],
    );
  });

  it('is nothing of what Firebreak says itself, nor of what people say to each other', async (test) => {
    const { workspace, slack, heard } = await aSlackRig(test, {});
    await workspace.says('ann', 'alarm', '/ir status');
    await workspace.says('ann', 'alarm', 'Is anybody there?');
    const [command] = heard;
    assert.ok(command);
    await slack.send(outgoingTo(command), never);
    await workspace.slack.inbound.settled();
    assert.equal(heard.length, 1);
  });

  it('is heard of whom Slack knew an hour ago at most, while it cannot tell who they are', async (test) => {
    const clock = new HandClock();
    const { workspace, heard, failures } = await aSlackRig(test, { clock });
    const away = { kind: 'status', status: 503 } as const;
    await workspace.says('ann', 'alarm', '/ir status');
    clock.advance(6 * 60_000);
    workspace.slack.faults.next('users.info', away);
    await workspace.says('ann', 'alarm', '/ir list');
    assert.equal(heard.length, 2);
    clock.advance(60 * 60_000);
    workspace.slack.faults.next('users.info', away);
    await workspace.says('ann', 'alarm', '/ir me');
    workspace.slack.faults.next('users.info', away);
    await workspace.says('ben', 'alarm', '/ir me');
    assert.equal(heard.length, 2);
    assert.equal(failures.length, 2);
    assert.match(workspace.seenBy('ben', 'alarm').at(-1) ?? '', /could not keep what you said/);
  });

  it('is a pin on a message that Slack does not show, without its words and saying why', async (test) => {
    const { workspace, heard } = await aSlackRig(test, {});
    const ts = (await workspace.says('ann', 'alarm', 'Keys leaked')) ?? '';
    workspace.slack.faults.next('conversations.replies', { kind: 'error', error: 'missing_scope' });
    await workspace.pins('ben', 'alarm', ts);
    const [said] = heard.map((one) => one.said);
    assert.ok(said?.kind === 'pinned');
    const { author, text, permalink, unread } = said.message;
    assert.deepEqual([author, text], ['somebody', '']);
    assert.match(permalink ?? '', /archives/);
    assert.match(unread ?? '', /may not read it: .*not granted what this needs/);
  });

  it('is a pin and a chosen emoji, with whose words they are, of when and where', async (test) => {
    const { workspace, heard } = await aSlackRig(test, {});
    const root = (await workspace.says('ann', 'alarm', 'Keys leaked <here>')) ?? '';
    const reply = (await workspace.says('ben', 'alarm', 'Rotated', root)) ?? '';
    await workspace.pins('ben', 'alarm', root);
    await workspace.reacts('ann', 'alarm', reply, 'pushpin');
    await workspace.reacts('ann', 'alarm', reply, 'tada');
    await workspace.takesReactionBack('ann', 'alarm', reply, 'pushpin');
    const { id } = workspace.channel('alarm');
    const at = '2026-11-22T03:00:00.000Z';
    const permalink = `https://acme.slack.com/archives/${id}/p`;
    const words = { id: `${id}/${root}`, author: 'ann', text: 'Keys leaked <here>', at };
    const second = { id: `${id}/${reply}`, author: 'ben', text: 'Rotated', at };
    const mark = 'emoji:pushpin';
    const inThread = `${permalink}${reply.replace('.', '')}?thread_ts=${root}&cid=${id}`;
    assert.deepEqual(
      heard.map(({ said, speaker }) => [speaker.name, said]),
      [
        [
          'ben',
          {
            kind: 'pinned',
            mark: 'pin',
            message: {
              ...words,
              at: heardAt(root),
              permalink: `${permalink}${root.replace('.', '')}`,
            },
          },
        ],
        [
          'ann',
          { kind: 'pinned', mark, message: { ...second, at: heardAt(reply), permalink: inThread } },
        ],
        [
          'ann',
          {
            kind: 'unpinned',
            mark,
            message: { ...second, at: heardAt(reply), permalink: inThread },
          },
        ],
      ],
    );
  });
});

describe('a message’s menu in Slack', () => {
  it('puts the message on the timeline, or opens the form to declare what it tells', async (test) => {
    const { workspace, heard } = await aSlackRig(test, {});
    const ts = (await workspace.says('ben', 'alarm', 'Stripe key in a <public> repository')) ?? '';
    await workspace.takesShortcut('ann', 'alarm', ts, shortcuts.timeline);
    const [kept] = heard.splice(0);
    assert.ok(kept?.said.kind === 'pinned');
    assert.equal(kept.speaker.name, 'ann');
    assert.equal(kept.said.message.author, 'ben');
    assert.equal(kept.said.message.text, 'Stripe key in a <public> repository');
    assert.equal(kept.said.message.at, heardAt(ts));
    await workspace.takesShortcut('ann', 'alarm', ts, shortcuts.declare);
    await workspace.submits('ann', { Severity: 'sev1' });
    const line = 'declare severity:sev1 "Stripe key in a <public> repository"';
    assert.deepEqual(
      heard.map(({ said }) => said),
      [{ kind: 'line', line }],
    );
  });
});

function heardAt(ts: string): string {
  return new Date(Math.floor(Number(ts) * 1000)).toISOString();
}

describe('Slack’s requests', () => {
  it('are taken when signed, fresh and new, whatever charset they name', async (test) => {
    const { workspace, slack, line, heard } = await aSlackRig(test, { over: 'http' });
    const { inbound } = workspace.slack;
    assert.ok(line);
    const command = () => {
      const user = workspace.user('ann');
      const body = inbound.command(user, workspace.channel('alarm'), '/ir', 'status');
      return line.request({ kind: 'slash_commands', body });
    };
    const status = async (
      { body, headers }: ReturnType<typeof command>,
      given: Readonly<Record<string, string>> = {},
    ) => {
      const all: Readonly<Record<string, string>> = { ...headers, ...given };
      const header = (name: string) => all[name];
      return (await slack.answer({ header, body: Buffer.from(body) })).status;
    };
    const form = 'application/x-www-form-urlencoded';
    assert.equal(await status(command(), { 'content-type': `${form}; charset=utf-8` }), 200);
    assert.equal(await status(command(), { 'content-type': 'text/plain' }), 415);
    assert.equal(heard.length, 1);
    const replayed = command();
    assert.equal(await status(replayed), 200);
    assert.equal(await status(replayed), 401);
    const { body } = command();
    const at = (seconds: number, secret: string = slackKeys.signingSecret) =>
      signed(secret, body, new Date(workspace.clock.now().getTime() + seconds * 1000));
    for (const headers of [
      at(-301),
      at(301),
      at(0, 'another secret'),
      { 'x-slack-signature': '' },
      { 'x-slack-signature': at(0)['x-slack-signature']?.replace('v0', 'v1') ?? '' },
      { 'x-slack-request-timestamp': 'NaN' },
    ]) {
      assert.equal(await status({ body, headers: { 'content-type': form } }, headers), 401);
    }
    assert.equal(await status({ body, headers: { 'content-type': form } }, at(-299)), 200);
    assert.equal(heard.length, 3);
  });
});
