import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import type { Bot } from '../../testing/bot.ts';
import { bot } from '../../testing/bot.ts';
import type { DiscordDesk } from '../../testing/discord/desk.ts';
import { aDiscordDesk } from '../../testing/discord/desk.ts';
import { DiscordGuild, labelsOf, wordsOf } from '../../testing/discord/guild.ts';
import { guildJson } from '../../testing/discord/wire.ts';
import type { FakeChannel, FakeUser } from '../../testing/discord/world.ts';

describe('Discord', () => {
  let here: Bot;
  let desk: DiscordDesk;
  let room: FakeChannel;
  let ana: FakeUser;

  before(async () => {
    here = await bot();
    desk = await aDiscordDesk(here);
    room = desk.guild.channel('ops');
    ana = await desk.linked('ana');
  });
  after(() => desk.stop());

  it('answers a slash command where it was said, for all', async () => {
    const { guild } = desk;
    const said = guild.says(ana, room, 'ir declare', {
      title: 'Stripe key leaked',
      severity: 'sev2',
      drill: true,
    });
    const answer = await said.answer();
    assert.match(wordsOf(answer), /INC-1.*Stripe key leaked/);
    assert.equal(answer.onlyFor, undefined);
    assert.match(wordsOf(answer), /This is a drill/);
    assert.deepEqual(desk.troubles, []);
  });

  it('answers whoever asks alone with what concerns only them', async () => {
    const { guild } = desk;
    const answer = await guild.says(ana, room, 'ir help', {}).answer();
    assert.equal(answer.onlyFor, ana.id);
    assert.match(wordsOf(answer), /contain/);
  });

  it('says a line once, however often Discord tells of it', async () => {
    const { guild } = desk;
    const said = guild.says(ana, room, 'log add', { text: 'the CFO was told' });
    said.again();
    await said.answer();
    said.again();
    await guild.says(ana, room, 'ir status').answer();
    const notes = (await here.timeline()).filter(({ kind }) => kind === 'note_added');
    assert.deepEqual(
      notes.map(({ text, source }) => [text, source]),
      [['the CFO was told', 'discord']],
    );
    assert.deepEqual(desk.troubles, []);
  });

  it('takes a whole line, as it is typed elsewhere', async () => {
    const { guild } = desk;
    const line = 'log add --at 02:50 first alert seen';
    const answer = await guild.says(ana, room, 'ir line', { line }).answer();
    assert.match(wordsOf(answer), /first alert seen/);
  });

  it('offers what may be typed, and nothing to somebody unknown', async () => {
    const { guild } = desk;
    const typed = { option: 'who', text: '@c', others: { role: 'scribe' } };
    const [first] = await guild.completes(ana, room, 'role assign', typed);
    assert.equal(first?.['value'], '@cy');
    const whole = { option: 'line', text: 'contain sim' };
    const [line] = await guild.completes(ana, room, 'ir line', whole);
    assert.equal(line?.['value'], 'contain simulate');
    assert.deepEqual(await guild.completes(guild.member('zoe'), room, 'role assign', typed), []);
  });

  it('knows a person by the account that was picked from the list', async () => {
    const { guild } = desk;
    const cy = await desk.linked('cy');
    const picked = { role: 'scribe', who: `<@${cy.id}>` };
    const answer = await guild.says(ana, room, 'role assign', picked).answer();
    assert.match(wordsOf(answer), /@cy/);
    assert.doesNotMatch(wordsOf(answer), /Not done/);
  });

  it('hears in a thread, where it is the room of its channel', async () => {
    const { guild } = desk;
    const thread = guild.thread(room, 'looking');
    const answer = await guild.says(ana, thread, 'log add', { text: 'seen in a thread' }).answer();
    assert.match(wordsOf(answer), /seen in a thread/);
    assert.equal(answer.channel, thread.id);
  });

  it('fills a form in with what is known where it is asked for', async () => {
    const { guild } = desk;
    const card = await guild.says(ana, room, 'ir status').answer();
    const modal = await guild.presses(ana, card, 'contain plan …').modal();
    assert.match(JSON.stringify(modal), /"custom_id":"in"[^}]*"value":"INC-1"/);
  });

  it('refuses who is only in another server', async () => {
    const { fake } = desk;
    const elsewhere = new DiscordGuild(fake, 'Elsewhere');
    elsewhere.guild.commands = desk.guild.guild.commands;
    const away = elsewhere.channel('general');
    fake.gateway.tell('GUILD_CREATE', guildJson(fake.world, elsewhere.guild));
    const answer = await elsewhere.says(elsewhere.member('eve'), away, 'ir status').answer();
    assert.equal(answer.onlyFor !== undefined, true);
    assert.match(wordsOf(answer), /✗ Not done/);
  });

  it('does what a button says', async () => {
    const { guild } = desk;
    const other = guild.channel('buttons');
    const card = await guild.says(ana, other, 'ir declare', { title: 'Buttons' }).answer();
    assert.ok(labelsOf(card).includes('status'), labelsOf(card).join(', '));
    const answer = await guild.presses(ana, card, 'status').answer();
    assert.match(wordsOf(answer), /INC-\d+ Buttons/);
    assert.equal(answer.onlyFor, ana.id);
    assert.deepEqual(desk.troubles, []);
  });

  it('does what a button between two says, for who is still a member', async () => {
    const { guild, fake } = desk;
    const person = (await here.person('ana')).id;
    const at = here.clock.now();
    const told = { id: randomUUID(), person, at, urgent: true, text: 'Somebody was given a role.' };
    await here.store.save({ notices: [told] });
    await desk.delivery.sweep();
    await desk.delivery.settled();
    const card = fake.world.directChannel(ana.id).messages.at(-1) ?? assert.fail();
    const answer = await guild.presses(ana, card, 'me').answer();
    assert.match(wordsOf(answer), /@ana/);
    guild.guild.members.delete(ana.id);
    const refused = await guild.presses(ana, card, 'me').answer();
    assert.match(wordsOf(refused), /cannot tell whether you are a member/);
    guild.guild.members.add(ana.id);
    assert.deepEqual(desk.troubles, []);
  });
});
