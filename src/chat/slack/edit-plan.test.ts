import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { estateBot } from '../../testing/estate-bot.ts';
import { aSlackDesk } from '../../testing/slack/desk.ts';
import { HandClock } from '../../testing/slack/hand-clock.ts';

describe('a plan in Slack', () => {
  it('is edited in a form that holds what was planned', async (test) => {
    const night = await estateBot();
    const clock = new HandClock(night.clock.now());
    const desk = await aSlackDesk(test, night, { clock, people: ['ana'] });
    const { workspace } = desk;
    await desk.link('ana');
    await night.see('declare Stripe key leaked sev:2');
    await workspace.says('ana', 'alarm', '/ir contain plan w1 w2');
    await desk.reads('alarm', /P-1: disable 3 workflows/);
    await workspace.presses('ana', 'alarm', 'contain edit P-1 …');
    await workspace.when('the form stands there', () => {
      return workspace.slack.world.views.top(workspace.user('ana').id) !== undefined;
    });
    const form = JSON.stringify(workspace.slack.world.views.top(workspace.user('ana').id)?.given);
    for (const known of ['P-1', 'w1 w2', 'INC-1', 'none']) assert.ok(form.includes(known), known);
    await workspace.submits('ana', { Query: 'w3' });
    assert.match(await desk.reads('alarm', /P-2/), /P-2: disable 1 workflow.*In place of P-1/s);
    assert.deepEqual(desk.logged, []);
  });
});
