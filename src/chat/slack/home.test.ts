import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import type { Bot } from '../../testing/bot.ts';
import { bot } from '../../testing/bot.ts';
import { aSlackDesk } from '../../testing/slack/desk.ts';
import type { SlackDesk } from '../../testing/slack/desk.ts';
import { HandClock } from '../../testing/slack/hand-clock.ts';
import { homeOf, pressesAtHome } from '../../testing/slack/home.ts';

describe('somebody’s Home in Slack', () => {
  let here: Bot;
  let desk: SlackDesk;
  const ends: (() => unknown)[] = [];
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });
  before(async () => {
    here = await bot();
    const clock = new HandClock(here.clock.now());
    const ending = { after: (end: () => unknown) => void ends.push(end) };
    desk = await aSlackDesk(ending, here, { clock, people: ['ana', 'zoe'] });
    await desk.link('ana');
    await here.see('declare Key leaked sev:2', 'ana');
  });

  const sees = async (name: string, what: RegExp): Promise<string> => {
    const { workspace } = desk;
    await workspace.when(`${name} sees ${what}`, () => what.test(homeOf(workspace, name)));
    return homeOf(workspace, name);
  };

  it('shows what is theirs when they open it, and how to be known here', async () => {
    await desk.workspace.opensHome('ana');
    assert.match(await sees('ana', /INC-1/), /Key leaked.*declared it/s);
    await desk.workspace.opensHome('zoe');
    assert.doesNotMatch(await sees('zoe', /me link/), /INC-1/);
  });

  it('is brought up to date when something changed, and not otherwise', async () => {
    const published = () =>
      desk.workspace.slack.calls.filter(({ method }) => method === 'views.publish').length;
    here.clock.forward(11_000);
    await desk.chats.tick();
    const first = published();
    await here.see('declare Another one sev:3', 'ana');
    here.clock.forward(11_000);
    await desk.chats.tick();
    await sees('ana', /Another one/);
    here.clock.forward(11_000);
    await desk.chats.tick();
    assert.equal(published(), first + 1);
    assert.deepEqual(desk.logged, []);
  });

  it('has buttons, whose answers come to them alone', async () => {
    await pressesAtHome(desk.workspace, 'ana', 'status INC-1');
    const told = () => desk.workspace.standsIn('ana').join('\n');
    const isTold = () => {
      const names = [...desk.workspace.slack.state.channels.values()].map(({ name }) => name);
      return names.includes('ana') && /Key leaked/.test(told());
    };
    await desk.workspace.when('ana is told', isTold);
    assert.deepEqual(desk.workspace.standsIn('alarm'), []);
  });

  it('has answers that can be pressed where they are told; a form is sent to a room', async () => {
    const { workspace } = desk;
    await workspace.presses('ana', 'ana', 'log show in:INC-1');
    const alone = () => workspace.seenBy('ana', 'ana').join('\n');
    await workspace.when('ana reads the log', () => /Declared/.test(alone()));
    const opened = () =>
      workspace.slack.calls.filter(({ method }) => method === 'views.open').length;
    const first = opened();
    await workspace.presses('ana', 'ana', 'scope find …');
    await workspace.when('ana is told where', () => /in the room of the incident/.test(alone()));
    assert.equal(opened(), first);
    assert.deepEqual(desk.logged, []);
  });

  it('says of a button that is too old where there is one that works', async () => {
    // A message under way when the clock jumps would be taken for one whose sender died.
    while ((await here.store.outgoing.backlog()).length > 0) await setImmediate();
    here.clock.forward(30 * 24 * 60 * 60_000);
    await pressesAtHome(desk.workspace, 'ana', 'status INC-1');
    const told = () => desk.workspace.standsIn('ana').join('\n');
    await desk.workspace.when('ana is told', () => /button has expired/.test(told()));
    assert.match(told(), /Open Home again/);
  });
});
