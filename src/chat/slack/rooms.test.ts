import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import { aSlackRig, outgoingTo } from '../../testing/slack/rig.ts';
import type { NewRoom } from '../chat.ts';
import { slackScopes } from './manifest.ts';

const signal = AbortSignal.timeout(60_000);
const incident = {
  id: '0197c000-0000-7000-8000-000000000007',
  name: 'INC-7',
  title: 'Stripe “key” leaked <!channel> & more',
  visibility: 'open',
  severity: 'sev2',
  phase: 'containment',
} as const;

function asked(more: Partial<NewRoom> = {}): NewRoom {
  return { incident, people: ['slack:T0ACME/U0ANN'], ...more };
}

function without(lacking: string): ReadonlySet<string> {
  return new Set(Object.keys(slackScopes).filter((scope) => scope !== lacking));
}

describe('the channel of an incident', () => {
  it('is named, has its people, its topic and its way to the console, once', async (test) => {
    const { slack, workspace } = await aSlackRig(test, {});
    const page = 'https://firebreak.example/incidents/INC-7';
    const { room, name } = await slack.openRoom(asked());
    assert.equal(name, '#inc-7-stripe-key-leaked-channel-more');
    assert.deepEqual(await slack.furnish(room, asked({ page })), []);
    assert.deepEqual(await slack.furnish(room, asked({ page })), [], 'again changes nothing');
    const channel = workspace.channel(name.slice(1));
    assert.equal(room, `slack:T0ACME/${channel.id}`);
    assert.equal(channel.isPrivate, false);
    assert.deepEqual([...channel.members], ['U0FIREBREAK', 'U0ANN']);
    assert.equal(
      channel.topic,
      'INC-7 sev2, containment: Stripe “key” leaked &lt;!channel&gt; &amp; more',
    );
    const topics = () =>
      workspace.slack.calls.filter(({ method }) => method === 'conversations.setTopic').length;
    assert.equal(topics(), 1, 'the same topic is not set again');
    const worse = { ...incident, severity: 'sev1' } as const;
    const people = ['slack:T0ACME/U0ANN', 'slack:T0ACME/U0BEN'];
    await slack.furnish(room, asked({ page, incident: worse, people }));
    assert.match(channel.topic, /^INC-7 sev1, containment: /);
    assert.deepEqual([...channel.members], ['U0FIREBREAK', 'U0ANN', 'U0BEN']);
    assert.deepEqual(
      channel.bookmarks.map(({ link }) => link),
      [page],
    );
  });

  it('is found again when nobody heard that it was made, and when its purpose is missing', async (test) => {
    const { slack, workspace } = await aSlackRig(test, {});
    const { faults, state } = workspace.slack;
    const before = state.channels.size;
    for (const method of ['conversations.create', 'conversations.setPurpose']) {
      faults.next(method, { kind: 'cut', when: method.endsWith('create') ? 'after' : 'before' });
      await assert.rejects(slack.openRoom(asked()), { code: 'cut' });
    }
    const { room } = await slack.openRoom(asked());
    assert.deepEqual(await slack.openRoom(asked()), {
      room,
      name: '#inc-7-stripe-key-leaked-channel-more',
    });
    assert.equal(state.channels.size, before + 1);
  });

  it('takes no channel of others, nor one of another incident', async (test) => {
    const { slack, workspace } = await aSlackRig(test, { channels: ['alarm', 'inc-7'] });
    const bare = { ...incident, title: '鍵' };
    const first = await slack.openRoom(asked({ incident: bare }));
    assert.equal(first.name, '#inc-7-2');
    const other = { ...bare, id: '0197c000-0000-7000-8000-000000000008' };
    const second = await slack.openRoom(asked({ incident: other }));
    assert.equal(second.name, '#inc-7-3');
    assert.deepEqual(workspace.channel('inc-7').purpose, '');
  });

  it('is private for a private incident, and tells nobody its title', async (test) => {
    const { slack, workspace } = await aSlackRig(test, {});
    const hidden = { ...incident, name: 'INC-XKQZ', visibility: 'private' } as const;
    const { room, name } = await slack.openRoom(asked({ incident: hidden }));
    await slack.furnish(room, asked({ incident: hidden }));
    assert.equal(name, '#inc-xkqz');
    const channel = workspace.channel('inc-xkqz');
    assert.equal(channel.isPrivate, true);
    assert.doesNotMatch(`${channel.topic} ${channel.purpose}`, /Stripe/);
    assert.equal((await slack.openRoom(asked({ incident: hidden }))).room, room);
  });

  it('cuts a long name to what Slack takes', async (test) => {
    const { slack } = await aSlackRig(test, {});
    const long = { ...incident, title: 'é'.repeat(199) };
    const { name } = await slack.openRoom(asked({ incident: long }));
    assert.equal(name, `#inc-7-${'e'.repeat(74)}`);
  });

  it('says what it may not do, and that some cannot come', async (test) => {
    const lacking = await aSlackRig(test, { app: { scopes: without('channels:manage') } });
    await assert.rejects(lacking.slack.openRoom(asked()), (error: unknown) => {
      assert.ok(error instanceof PlatformError);
      assert.deepEqual([error.code, /not granted/.test(error.message)], ['refused', true]);
      return true;
    });
    const half = await aSlackRig(test, { app: { scopes: without('bookmarks:write') } });
    const people = ['slack:T0ACME/U0NOBODY', 'slack:T0ACME/U0BEN'];
    const { room } = await half.slack.openRoom(asked());
    const missing = await half.slack.furnish(room, asked({ people, page: 'https://f.example/' }));
    assert.match(
      missing.join(' '),
      /^1 of those .* could not be asked in\. .*console.*not granted/,
    );
    assert.ok(half.workspace.channel('inc-7-stripe-key-leaked-channel-more').members.has('U0BEN'));
  });

  it('keeps the card pinned that is to stay in sight, and sends it without a pin where it may not', async (test) => {
    const { slack, heard, workspace } = await aSlackRig(test, {});
    await workspace.says('ann', 'alarm', '/ir help');
    await workspace.when('it was heard', () => heard.length === 1);
    const [first = assert.fail()] = heard;
    const to = { kind: 'message', room: first.room, isPinned: true } as const;
    workspace.slack.faults.next('pins.add', { kind: 'status', status: 503 });
    const { answer: _answer, ...outgoing } = outgoingTo(first, { to });
    const sent = await slack.send(outgoing, signal);
    assert.deepEqual(workspace.channel('alarm').pins, []);
    await slack.send({ ...outgoing, edits: sent.reference }, signal);
    await slack.send({ ...outgoing, edits: sent.reference }, signal);
    assert.deepEqual(workspace.channel('alarm').pins, [sent.reference.split('/')[1]]);
    const calls = workspace.slack.calls.filter(({ method }) => method === 'pins.add');
    assert.equal(calls.length, 1, 'what is pinned is not pinned again');
    assert.equal(heard.length, 1, 'its own pin is no timeline event');
  });
});
