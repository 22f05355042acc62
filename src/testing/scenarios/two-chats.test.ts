import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { Chats } from '../chats.ts';
import { chatsOn, wordsOf } from '../chats.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';

describe('a night in two chats', () => {
  let bot: SandboxBot;
  let chats: Chats;
  before(async () => {
    bot = await sandboxBot();
    chats = await chatsOn(bot);
    const linkedAt = bot.clock.now();
    for (const [identity, handle, may] of [
      ['slack:W1/ana', 'ana', 'responder'],
      ['slack:W1/bea', 'bea', 'responder,approver'],
      ['discord:W1/bea', 'bea', 'responder,approver'],
    ] as const) {
      if (!(await bot.store.people.byHandle(handle))) {
        await bot.see(`person add @${handle} ${handle} may:${may}`);
      }
      const { id: person } = (await bot.store.people.byHandle(handle)) ?? assert.fail();
      await bot.store.save({ identities: [{ identity, person, name: handle, linkedAt }] });
    }
  });

  const last = (surface: 'slack' | 'discord', room: string) =>
    wordsOf(chats[surface].in(room).at(-1)?.reply);
  const says = async (surface: 'slack' | 'discord', who: string, room: string, line: string) => {
    await chats[surface].says(who, room, line);
    await chats.work();
  };

  it('goes from a declaration to what is verified, by two people on two surfaces', async () => {
    const { slack, discord } = chats;
    await says('slack', 'ana', 'war', 'declare Forms leak to evil.example sev:1');
    await says('discord', 'bea', 'ops', 'room join INC-1');
    await says('slack', 'ana', 'war', 'scope find host:*.evil.example');
    assert.match(wordsOf(slack.seenBy('ana', 'war').at(-1)?.reply), /workflow/);
    await says(
      'slack',
      'ana',
      'war',
      'contain plan credential:"Stripe live" OR host:*.evil.example',
    );
    assert.match(last('slack', 'war'), /P-1/);
    assert.match(last('discord', 'ops'), /P-1.*@ana: contain plan/);

    await says('slack', 'ana', 'war', 'contain approve P-1');
    assert.match(wordsOf(slack.seenBy('ana', 'war').at(-1)?.reply), /P-1/);
    await discord.presses('bea', 'ops', 'contain approve P-1');
    await chats.work();
    assert.match(last('slack', 'war'), /@bea: contain approve P-1/);
    await says('slack', 'bea', 'war', 'contain approve P-1');
    const { id } =
      (await bot.store.plans.byName('P-1', bot.store.instance.operator)) ?? assert.fail();
    const approvals = await bot.store.plans.approvals(id);
    assert.equal(approvals.length, 1, 'one person on two surfaces has one vote');

    await slack.presses('ana', 'war', 'contain run P-1');
    await chats.work();
    const card = slack
      .in('war')
      .findLast((one) => wordsOf(one.reply).includes('@ana: contain run'));
    assert.ok(card, last('slack', 'war'));
    await bot.work('P-1');
    for (let turn = 0; turn < 3; turn += 1) {
      bot.clock.forward(20_000);
      await chats.work();
    }
    const shownIn = (surface: 'slack' | 'discord', room: string) =>
      chats[surface].in(room).map(({ reply }) => wordsOf(reply));
    assert.ok(
      shownIn('slack', 'war').some((words) => /verified/.test(words)),
      shownIn('slack', 'war').join('\n'),
    );
    assert.ok(shownIn('discord', 'ops').some((words) => /verified/.test(words)));
    assert.deepEqual(chats.failures, []);
    const waiting = await bot.store.outgoing.backlog();
    assert.deepEqual(waiting, []);
  });

  it('is one timeline, which says where each thing was said', async () => {
    const { id } =
      (await bot.store.incidents.byName('INC-1', bot.store.instance.operator)) ?? assert.fail();
    const events = await bot.store.timeline.latest(id, 200);
    const sourceOf = (kind: string) =>
      events.filter((one) => one.kind === kind).map((one) => one.source);
    assert.deepEqual(sourceOf('incident_declared'), ['slack']);
    assert.deepEqual(sourceOf('plan_proposed'), ['slack']);
    assert.deepEqual(sourceOf('plan_approved'), ['discord']);
    assert.deepEqual(sourceOf('plan_started'), ['slack']);
  });
});
