import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { aSlackRig, shippedApp } from '../../testing/slack/rig.ts';
import { slackKeys, SlackWorkspace } from '../../testing/slack/workspace.ts';
import { examineSlack } from './examine.ts';
import { slackScopes } from './manifest.ts';

async function look(
  { slack, clock }: SlackWorkspace,
  more: { readonly token?: string; readonly appToken?: string; readonly laterMs?: number } = {},
): Promise<readonly string[]> {
  const botToken = new Secret(more.token ?? slackKeys.botToken);
  const now = () => new Date(clock.now().getTime() + (more.laterMs ?? 0));
  const appToken = new Secret(more.appToken ?? slackKeys.appToken);
  const { apiUrl } = slack;
  const found = await examineSlack({ botToken, appToken, apiUrl }, { fetch, now });
  return found.map(({ about, state, text }) => `${state}: ${about}: ${text}`);
}

describe('the doctor on Slack', () => {
  const granted = Object.keys(slackScopes).filter((scope) => scope !== 'pins:read');
  const whole = new SlackWorkspace();
  const lacking = new SlackWorkspace({ app: { scopes: new Set(granted) } });
  before(() => Promise.all([whole.slack.listen(), lacking.slack.listen()]));
  after(() => Promise.all([whole.slack.stop(), lacking.slack.stop()]));

  it('finds nothing to fix where everything is right', async () => {
    assert.deepEqual(await look(whole), [
      'works: Slack: Reachable; the token is accepted as firebreak in “Acme” (T0ACME).',
      'works: Slack, clock: Same time as Slack.',
    ]);
  });

  it('names a wrong token, a permission that is missing, and what they break', async () => {
    const [wrong, ...more] = await look(whole, { token: 'xoxb-wrong' });
    assert.match(wrong ?? '', /^fix: .*SLACK_BOT_TOKEN is not accepted \(invalid_auth\): nothing/);
    assert.deepEqual(more, []);
    assert.deepEqual((await look(lacking)).slice(2), [
      'fix: Slack, pins:read: It was not granted, so Firebreak cannot put a message that is pinned on the timeline.',
    ]);
  });

  it('says that nobody is heard where people cannot be told apart, which is so', async (test) => {
    const scopes = new Set(Object.keys(slackScopes).filter((scope) => scope !== 'users:read'));
    const { workspace, heard, failures } = await aSlackRig(test, {
      app: { ...shippedApp, scopes },
    });
    assert.deepEqual((await look(workspace)).slice(2), [
      'fix: Slack, users:read: It was not granted, so Firebreak cannot tell members from guests, bots and people of other organisations, and hears nobody: who may be a stranger is not let in.',
    ]);
    await workspace.says('ann', 'alarm', '/ir status');
    assert.deepEqual(heard, []);
    assert.match(
      workspace.seenBy('ann', 'alarm').join(),
      /may not see who you are.*`?firebreak doctor/,
    );
    assert.match(String(failures[0]), /was not granted/);
  });

  it('reads as a sentence for every permission', () => {
    for (const use of Object.values(slackScopes)) assert.match(use, /^(?!the |a )[a-z]+,? /);
  });

  it('names a token of the app with which Socket Mode does not open', async () => {
    const found = await look(whole, { appToken: 'xapp-wrong' });
    assert.deepEqual(found.slice(2), [
      'fix: Slack, Socket Mode: SLACK_APP_TOKEN opens no connection (invalid_auth): nothing is heard by Socket Mode.',
    ]);
    whole.slack.faults.next('apps.connections.open', { kind: 'error', error: 'ratelimited' });
    assert.equal((await look(whole)).length, 2, 'a server that runs has just opened one');
  });

  it('names a clock that is wrong, and a Slack that cannot be reached', async () => {
    const [, clock] = await look(whole, { laterMs: 10 * 60_000 });
    assert.match(
      clock ?? '',
      /^fix: Slack, clock: .*10 min.* behind ours\. .*sends over HTTP is refused/,
    );
    whole.slack.faults.down(true);
    assert.match((await look(whole)).join(), /^fix: Slack: It cannot be reached from here/);
    whole.slack.faults.down(false);
  });
});
