/**
 * The main job, from a theft to *verified*, said on Discord alone: by slash commands and buttons,
 * through the real discord.js, with a second person's yes.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aDiscordDesk } from '../discord/desk.ts';
import { labelsOf, wordsOf } from '../discord/guild.ts';
import type { FakeUser } from '../discord/world.ts';
import { sandboxBot } from '../sandbox-bot.ts';

describe('a night on Discord', () => {
  it('goes from nothing to verified, by what people pick and press', async (test) => {
    const night = await sandboxBot();
    await night.see('person add @ana "Ana Ruiz" may:responder');
    await night.see('person add @ben "Ben Lind" may:responder,approver');
    const desk = await aDiscordDesk(night);
    test.after(() => desk.stop());
    const { guild } = desk;
    const [ana, ben] = [await desk.linked('ana'), await desk.linked('ben')];
    const room = guild.channel('inc-customers');
    const says = async (user: FakeUser, words: string, options = {}) =>
      guild.says(user, room, words, options).answer();

    await says(ana, 'ir declare', { title: 'Customers leak to a stranger', severity: 'sev2' });
    const found = await says(ana, 'scope find', { query: 'host:*.evil.example' });
    assert.match(wordsOf(found), /3 workflows found/);
    assert.equal(found.onlyFor, ana.id);

    const query = 'credential:"Stripe live" OR host:*.evil.example';
    const plan = await says(ana, 'contain plan', { query });
    assert.match(wordsOf(plan), /P-1: disable 11 workflows/);
    assert.equal(plan.onlyFor, undefined, 'everybody in the room sees it');
    const alone = await says(ana, 'contain run', { plan: 'P-1' });
    assert.match(wordsOf(alone), /Not done/);

    const yes = labelsOf(plan).find((label) => label.startsWith('contain approve'));
    const approved = yes
      ? await guild.presses(ben, plan, yes).answer()
      : await says(ben, 'contain approve', { plan: 'P-1' });
    assert.doesNotMatch(wordsOf(approved), /Not done/);
    assert.doesNotMatch(wordsOf(await says(ana, 'contain run', { plan: 'P-1' })), /Not done/);
    await night.work('P-1');

    const done = await says(ana, 'contain status', { plan: 'P-1' });
    assert.match(wordsOf(done), /11 verified/);
    assert.equal(await night.estate('office').callWebhook('contact-sync'), false);
    assert.equal(await night.estate('office').callWebhook('lead'), true);
    assert.deepEqual(desk.troubles, []);
    assert.deepEqual(
      room.messages.flatMap(({ pings }) => pings),
      [],
      'nobody was called by what stands in names',
    );
  });
});
