import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import bolt from '@slack/bolt';
import type { WebClient } from '@slack/web-api';

import { aClientOf, refusal } from './client.ts';
import { HandClock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';
import { everything } from './permissions.ts';
import { slackKeys, SlackWorkspace } from './workspace.ts';

const clock = new HandClock();
const workspace = new SlackWorkspace({ clock });
const { slack } = workspace;
let client: WebClient;
const alarm = () => workspace.channel('alarm');
const ann = () => workspace.user('ann');

before(async () => {
  await slack.listen();
  client = aClientOf(slack);
});
after(() => slack.stop());

function post(message: Readonly<Record<string, unknown>>): Promise<unknown> {
  return client.apiCall('chat.postMessage', { channel: alarm().id, text: 'x', ...message });
}

describe('the fake Slack knows its callers', () => {
  it('and refuses a wrong token, one of another kind and a scope that was not granted', async () => {
    assert.equal(await refusal(aClientOf(slack, 'xoxb-wrong').auth.test()), 'invalid_auth');
    assert.equal(await refusal(aClientOf(slack, '').auth.test()), 'not_authed');
    const byApp = aClientOf(slack, slackKeys.appToken).auth.test();
    assert.equal(await refusal(byApp), 'not_allowed_token_type');
    const scopes = new Set([...everything.scopes].filter((one) => one !== 'chat:write'));
    const poor = new SlackWorkspace({ clock, app: { scopes } });
    await poor.slack.listen();
    try {
      const said = aClientOf(poor.slack).chat.postMessage({
        channel: poor.channel('alarm').id,
        text: 'x',
      });
      assert.equal(await refusal(said), 'missing_scope');
    } finally {
      await poor.slack.stop();
    }
  });

  it('and where they may speak', async () => {
    const elsewhere = slack.state.addChannel('elsewhere', [ann().id]);
    const secret = slack.state.addChannel('secret', [ann().id], { isPrivate: true });
    const text = 'x';
    assert.equal(await refusal(post({ channel: 'C0NONE' })), 'channel_not_found');
    assert.equal(await refusal(post({ channel: elsewhere.id, text })), 'not_in_channel');
    assert.equal(await refusal(post({ channel: secret.id, text })), 'channel_not_found');
    assert.equal(await refusal(post({ thread_ts: '1.0' })), 'message_not_found');
  });
});

describe('the fake Slack counts', () => {
  it('messages in a channel by the second, and methods by the minute', async () => {
    slack.rates.count(true);
    try {
      assert.equal(await refusal(post({})), 'taken');
      assert.equal(await refusal(post({})), 'ratelimited 1');
      clock.advance(1_000);
      assert.equal(await refusal(post({})), 'taken');
      const topic = () => client.conversations.setTopic({ channel: alarm().id, topic: 'x' });
      for (let call = 0; call < 20; call += 1) assert.equal(await refusal(topic()), 'taken');
      assert.equal(await refusal(topic()), 'ratelimited 60');
    } finally {
      slack.rates.count(false);
    }
  });

  it('the answers at a response_url: five, within half an hour', async () => {
    const answer = (path: string) => slack.responses.answer(path, { text: 'x' }).status;
    const path = slack.responses.give(alarm(), ann().id);
    for (let use = 0; use < 5; use += 1) assert.equal(answer(path), 200);
    assert.equal(answer(path), 404);
    const late = slack.responses.give(alarm(), ann().id);
    clock.advance(slackLimits.responseUrl.ms + 1);
    assert.equal(answer(late), 404);
  });
});

describe('the fake Slack’s channels', () => {
  it('refuse names, topics and pins that are too long or too many', async () => {
    const create = (name: string) => client.conversations.create({ name });
    assert.equal(await refusal(create('x'.repeat(81))), 'invalid_name_maxlength');
    assert.equal(await refusal(create('Inc 7')), 'invalid_name_specials');
    assert.equal(await refusal(create('inc-7')), 'taken');
    assert.equal(await refusal(create('inc-7')), 'name_taken');
    const { id } = workspace.channel('inc-7');
    const topic = client.conversations.setTopic({ channel: id, topic: 'x'.repeat(251) });
    assert.equal(await refusal(topic), 'too_long');
    for (let pin = 0; pin < slackLimits.channel.pins; pin += 1) {
      const { ts } = slack.state.post(workspace.channel('inc-7'), { user: ann().id, text: 'x' });
      workspace.channel('inc-7').pins.push(ts);
    }
    const { ts } = slack.state.post(workspace.channel('inc-7'), { user: ann().id, text: 'x' });
    const pin = client.pins.add({ channel: id, timestamp: ts });
    assert.equal(await refusal(pin), 'too_many_pins');
  });

  it('show files to who has the token, and others a page to sign in', async () => {
    const png = Buffer.from('a picture');
    const ts = workspace.posts('ann', 'alarm', 'screen.png', 'image/png', png);
    const [file] = slack.state.message(alarm(), ts).files;
    const info = await client.files.info({ file: file?.id ?? '' });
    const url = info.file?.url_private_download ?? '';
    const authorization = `Bearer ${slackKeys.botToken}`;
    const shown = await fetch(url, { headers: { authorization } });
    assert.deepEqual(Buffer.from(await shown.arrayBuffer()), png);
    assert.match(await (await fetch(url)).text(), /Sign in/);
    const uploaded = client.filesUploadV2({ channel_id: alarm().id, file: png, filename: 'a.png' });
    assert.equal(await refusal(uploaded), 'taken');
  });
});

describe('an unmodified Bolt app', () => {
  it('is reached by Socket Mode, answers, and is told again what it did not acknowledge', async (test) => {
    const own = new SlackWorkspace({ clock });
    await own.slack.listen();
    const app = new bolt.App({
      token: slackKeys.botToken,
      appToken: slackKeys.appToken,
      socketMode: true,
      logLevel: bolt.LogLevel.ERROR,
      clientOptions: { slackApiUrl: own.slack.apiUrl },
    });
    const heard: string[] = [];
    app.command('/ir', async ({ ack, command, respond }) => {
      await ack({ text: 'One moment.' });
      heard.push(command.text);
      await respond({ text: 'Nothing is open.', response_type: 'in_channel' });
    });
    app.event('app_mention', async ({ event }) => {
      heard.push(event.text);
    });
    await app.start();
    test.after(async () => {
      await app.stop();
      await own.slack.stop();
    });
    await own.says('ann', 'alarm', '/ir status <now> @ben');
    await own.when('it answered', () => own.standsIn('alarm').length === 1);
    assert.deepEqual(own.seenBy('ann', 'alarm'), ['One moment.']);
    assert.deepEqual(own.standsIn('alarm'), ['Nothing is open.']);
    const root = own.channel('alarm').messages[0]?.ts;
    await own.says('ann', 'alarm', '/ir status', root);
    assert.match(own.seenBy('ann', 'alarm').at(-1) ?? '', /not supported in threads/);
    own.slack.inbound.repeats = true;
    await own.says('ann', 'alarm', '@firebreak hello', root);
    await own.slack.inbound.settled();
    const mention = '<@U0FIREBREAK|firebreak> hello';
    assert.deepEqual(heard, ['status &lt;now&gt; <@U0BEN|ben>', mention, mention]);
    assert.deepEqual(own.slack.socket.violations, []);
  });
});
