import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';

import { asks } from './asking.ts';
import type { FakeDiscord } from './fake-discord.ts';
import { startFakeDiscord } from './fake-discord.ts';
import type { Exchange } from './guild.ts';
import { DiscordGuild } from './guild.ts';
import { messageFlags } from './limits.ts';
import type { Raw } from './limits.ts';
import type { FakeChannel, FakeUser } from './world.ts';

const long = (length: number) => 'x'.repeat(length);
const input = (id: string, more: Raw = {}) => ({
  type: 18,
  label: 'Title',
  component: { type: 4, custom_id: id, style: 1, ...more },
});
const modal = (components: readonly Raw[], more: Raw = {}) => ({
  type: 9,
  data: { title: 'Declare', custom_id: 'declare', components, ...more },
});

const modals: readonly (readonly [string, Raw, string])[] = [
  ['title', modal([input('a')], { title: long(46) }), 'title BASE_TYPE_BAD_LENGTH'],
  [
    'parts',
    modal(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => input(id))),
    'components BASE_TYPE_BAD_LENGTH',
  ],
  ['label', modal([{ ...input('a'), label: long(46) }]), 'components.0.label BASE_TYPE_BAD_LENGTH'],
  [
    'description',
    modal([{ ...input('a'), description: long(101) }]),
    'components.0.description BASE_TYPE_BAD_LENGTH',
  ],
  [
    'placeholder',
    modal([input('a', { placeholder: long(101) })]),
    'components.0.component.placeholder BASE_TYPE_BAD_LENGTH',
  ],
  [
    'value',
    modal([input('a', { value: long(4_001) })]),
    'components.0.component.value BASE_TYPE_BAD_LENGTH',
  ],
];

describe('an interaction of the fake Discord', () => {
  let fake: FakeDiscord;
  let guild: DiscordGuild;
  let room: FakeChannel;
  let ana: FakeUser;
  let now = new Date('2026-11-22T21:00:00Z');

  before(async () => {
    fake = await startFakeDiscord({ now: () => now });
    guild = new DiscordGuild(fake);
    guild.guild.commands = [
      { id: '1', type: 1, name: 'status', options: [{ type: 3, name: 'in', autocomplete: true }] },
    ];
    ana = guild.member('ana');
  });
  after(() => fake.stop());
  beforeEach(() => {
    now = new Date(now.getTime() + 60_000);
    room = guild.channel('ops');
  });

  const first = ({ interaction: { id, token } }: Exchange, body: Raw) =>
    asks(fake, `POST /interactions/${id}/${token}/callback`, body);
  const hook = ({ interaction: { token } }: Exchange) =>
    `/webhooks/${fake.world.application}/${token}`;
  const later = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };

  it('is answered once, within three seconds', async () => {
    const said = guild.says(ana, room, 'status');
    later(3_000);
    assert.equal((await first(said, { type: 5 })).status, 204);
    assert.equal((await first(said, { type: 5 })).code, 40_060);

    const missed = guild.says(ana, room, 'status');
    later(3_001);
    assert.equal((await first(missed, { type: 5 })).code, 10_062);
    assert.equal((await asks(fake, `POST ${hook(missed)}`, { content: 'x' })).code, 10_015);
  });

  it('shows that somebody thinks, until the answer is there', async () => {
    const said = guild.says(ana, room, 'status');
    await first(said, { type: 5, data: { flags: messageFlags.ephemeral } });
    assert.equal(room.messages[0]?.body['flags'], messageFlags.loading | messageFlags.ephemeral);
    await asks(fake, `PATCH ${hook(said)}/messages/@original`, { content: 'quiet' });

    const message = await said.answer();
    assert.equal(message.body['flags'], messageFlags.ephemeral);
    assert.equal(message.onlyFor, ana.id);
    assert.deepEqual(guild.seenBy(guild.member('ben'), room), []);
  });

  it('makes the first further message the answer that was put off', async () => {
    const said = guild.says(ana, room, 'status');
    await first(said, { type: 5 });
    await asks(fake, `POST ${hook(said)}`, { content: 'one' });
    await asks(fake, `POST ${hook(said)}`, { content: 'two' });
    assert.deepEqual(
      room.messages.map(({ body }) => body['content']),
      ['one', 'two'],
    );
  });

  it('can be answered by its token for fifteen minutes', async () => {
    const said = guild.says(ana, room, 'status');
    await first(said, { type: 4, data: { content: 'x' } });
    later(15 * 60_000);
    assert.equal((await asks(fake, `POST ${hook(said)}`, { content: 'y' })).status, 200);
    later(1);
    assert.equal((await asks(fake, `POST ${hook(said)}`, { content: 'z' })).code, 50_027);
  });

  it('takes 25 choices of 100 characters and no message when it is an autocomplete', async () => {
    const data = { id: '1', name: 'status', type: 1, options: [] };
    const begin = () => fake.interactions.begin({ kind: 4, user: ana.id, channel: room, data });
    const answer = (type: number, given: Raw) => {
      const { id, token } = begin();
      return asks(fake, `POST /interactions/${id}/${token}/callback`, { type, data: given });
    };
    const choices = Array.from({ length: 26 }, (_, at) => ({ name: `${at}`, value: `${at}` }));
    assert.deepEqual((await answer(8, { choices })).wrong, ['choices BASE_TYPE_BAD_LENGTH']);
    const wide = [{ name: long(101), value: long(101) }];
    assert.deepEqual((await answer(8, { choices: wide })).wrong, [
      'choices.0.name BASE_TYPE_BAD_LENGTH',
      'choices.0.value BASE_TYPE_BAD_LENGTH',
    ]);
    assert.deepEqual((await answer(5, {})).wrong, ['type BASE_TYPE_CHOICES']);
    assert.equal((await answer(8, { choices: choices.slice(1) })).status, 204);
  });

  for (const [what, body, where] of modals) {
    it(`refuses a modal for too much of its ${what}`, async () => {
      const got = await first(guild.says(ana, room, 'status'), body);
      assert.deepEqual(got.wrong, [where]);
    });
  }

  it('opens no modal after a modal', async () => {
    const said = guild.says(ana, room, 'status');
    await first(said, modal([input('title')]));
    const submitted = guild.submits(ana, said, { title: 'Stripe key leaked' });
    assert.deepEqual((await first(submitted, modal([input('more')]))).wrong, [
      'type BASE_TYPE_CHOICES',
    ]);
    assert.equal((await first(submitted, { type: 5 })).status, 204);
  });

  it('of a button changes the card or leaves it', async () => {
    const buttons = [
      { type: 1, components: [{ type: 2, style: 1, label: 'Go', custom_id: 'k1' }] },
    ];
    await asks(fake, `POST /channels/${room.id}/messages`, {
      content: 'Card',
      components: buttons,
    });
    const [card] = room.messages;
    assert.ok(card);
    const pressed = guild.presses(ana, card, 'Go');
    await first(pressed, { type: 7, data: { components: [] } });
    assert.deepEqual(card.body['components'], []);
    assert.throws(() => guild.presses(ana, card, 'Go'), /no button/);
  });
});
