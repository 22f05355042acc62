import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { asks } from './asking.ts';
import type { FakeDiscord } from './fake-discord.ts';
import { startFakeDiscord } from './fake-discord.ts';
import { DiscordGuild } from './guild.ts';
import { discordLimits, messageFlags } from './limits.ts';
import type { Raw } from './limits.ts';
import type { FakeChannel } from './world.ts';

const v2 = messageFlags.componentsV2;
const long = (length: number) => 'x'.repeat(length);
const some = <Made>(length: number, make: (index: number) => Made) =>
  Array.from({ length }, (_, index) => make(index));
const button = (index: number, more: Raw = {}) => ({
  type: 2,
  style: 2,
  label: 'Go',
  custom_id: `go-${index}`,
  ...more,
});
const row = (...components: readonly Raw[]) => ({ type: 1, components });
const text = (content: string) => ({ type: 10, content });
const select = (options: readonly Raw[]) => ({ type: 3, custom_id: 'pick', options });
const choice = (index: number, more: Raw = {}) => ({ label: 'One', value: `${index}`, ...more });

/** `[what it is, the message, where Discord says no]`. */
const messages: readonly (readonly [string, Raw, string])[] = [
  ['content', { content: long(2_001) }, 'content BASE_TYPE_BAD_LENGTH'],
  ['embeds', { embeds: some(11, () => ({ title: 'x' })) }, 'embeds BASE_TYPE_BAD_LENGTH'],
  [
    'the characters of all embeds',
    { embeds: some(2, () => ({ description: long(3_001) })) },
    'embeds BASE_TYPE_BAD_LENGTH',
  ],
  [
    'the title of an embed',
    { embeds: [{ title: long(257) }] },
    'embeds.0.title BASE_TYPE_BAD_LENGTH',
  ],
  [
    'components',
    { flags: v2, components: some(41, () => text('x')) },
    'components BASE_TYPE_BAD_LENGTH',
  ],
  [
    'components, counting nested ones',
    { flags: v2, components: [{ type: 17, components: some(40, () => text('x')) }] },
    'components BASE_TYPE_BAD_LENGTH',
  ],
  [
    'the text of all components',
    { flags: v2, components: [text(long(2_000)), text(long(2_001))] },
    'components COMPONENT_MAX_TOTAL_TEXT_LENGTH',
  ],
  [
    'rows without components v2',
    { content: 'x', components: some(6, (at) => row(button(at))) },
    'components BASE_TYPE_BAD_LENGTH',
  ],
  [
    'buttons in a row',
    { content: 'x', components: [row(...some(6, (at) => button(at)))] },
    'components.0.components BASE_TYPE_BAD_LENGTH',
  ],
  [
    'the label of a button',
    { content: 'x', components: [row(button(0, { label: long(81) }))] },
    'components.0.components.0.label BASE_TYPE_BAD_LENGTH',
  ],
  [
    'the custom id',
    { content: 'x', components: [row(button(0, { custom_id: long(101) }))] },
    'components.0.components.0.custom_id BASE_TYPE_BAD_LENGTH',
  ],
  [
    'options of a select',
    { content: 'x', components: [row(select(some(26, (at) => choice(at))))] },
    'components.0.components.0.options BASE_TYPE_BAD_LENGTH',
  ],
  [
    'the label of an option',
    { content: 'x', components: [row(select([choice(0, { label: long(101) })]))] },
    'components.0.components.0.options.0.label BASE_TYPE_BAD_LENGTH',
  ],
  [
    'the nonce',
    { content: 'x', nonce: long(26), enforce_nonce: true },
    'nonce BASE_TYPE_BAD_LENGTH',
  ],
];

/** The same for what is no matter of size. */
const wrong: readonly (readonly [string, Raw, string])[] = [
  [
    'the same custom id twice',
    { content: 'x', components: [row(button(0), button(0))] },
    'components.0.components.1.custom_id COMPONENT_CUSTOM_ID_DUPLICATED',
  ],
  [
    'content beside components v2',
    { flags: v2, content: 'x', components: [text('x')] },
    'content MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
  ],
  [
    'a container without the flag',
    { components: [{ type: 17, components: [text('x')] }] },
    'components.0.type BASE_TYPE_CHOICES',
  ],
  [
    'a link that is no http address',
    {
      content: 'x',
      components: [row({ type: 2, style: 5, label: 'x', url: 'javascript:alert(1)' })],
    },
    'components.0.components.0.url BASE_TYPE_CHOICES',
  ],
  [
    'a button without a custom id',
    { content: 'x', components: [row({ type: 2, style: 1, label: 'x' })] },
    'components.0.components.0.custom_id BASE_TYPE_REQUIRED',
  ],
  [
    'an ephemeral message that answers nothing',
    { content: 'x', flags: messageFlags.ephemeral },
    'flags BASE_TYPE_CHOICES',
  ],
  [
    'a nonce that is enforced and missing',
    { content: 'x', enforce_nonce: true },
    'nonce BASE_TYPE_CHOICES',
  ],
  [
    'a mention both parsed and listed',
    { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
    'allowed_mentions.users BASE_TYPE_CHOICES',
  ],
  [
    'a file that is not there',
    { flags: v2, components: [{ type: 13, file: { url: 'attachment://a.png' } }] },
    'components.0.file.url BASE_TYPE_CHOICES',
  ],
];

describe('the fake Discord', () => {
  let fake: FakeDiscord;
  let room: FakeChannel;
  let guild: DiscordGuild;
  let now = new Date('2026-11-22T21:00:00Z');

  before(async () => {
    fake = await startFakeDiscord({ now: () => now });
    guild = new DiscordGuild(fake);
    room = guild.channel('ops');
  });
  after(() => fake.stop());

  /** So that no test draws from the bucket of another. */
  const later = () => {
    now = new Date(now.getTime() + 5_000);
  };

  for (const [what, message, where] of [...messages, ...wrong]) {
    it(`refuses a message for ${what}`, async () => {
      later();
      const got = await asks(fake, `POST /channels/${room.id}/messages`, message);

      assert.equal(got.code, 50_035);
      assert.ok(got.wrong.includes(where), got.wrong.join('\n'));
      assert.equal(room.messages.length, 0);
    });
  }

  it('refuses what nobody would see', async () => {
    later();
    assert.equal((await asks(fake, `POST /channels/${room.id}/messages`, {})).code, 50_006);
  });

  it('refuses a file, and a request, that is too large', async () => {
    later();
    const sent = async (bytes: number, files: number) => {
      const form = new FormData();
      form.set('payload_json', JSON.stringify({ content: 'see' }));
      for (let at = 0; at < files; at += 1)
        form.set(`files[${at}]`, new Blob([Buffer.alloc(bytes)]), 'a');
      return (await asks(fake, `POST /channels/${room.id}/messages`, undefined, { form })).status;
    };
    assert.equal(await sent(discordLimits.fileBytes + 1, 1), 413);
    assert.equal(await sent(9 * 1024 * 1024, 3), 413);
    assert.equal(await sent(10, 11), 400);
  });

  it('refuses the 251st pin', async () => {
    const full = guild.channel('pinned');
    const author = guild.member('ana');
    for (let at = 0; at < 250; at += 1) guild.pins(author, guild.writes(author, full, 'x'));
    const one = guild.writes(author, full, 'one more');
    const got = await asks(fake, `PUT /channels/${full.id}/messages/pins/${one.id}`);
    assert.equal(got.code, 30_003);
  });

  it('answers 401 without a token, and for each of its 403s names the permission', async () => {
    later();
    const path = `POST /channels/${room.id}/messages`;
    assert.equal((await asks(fake, path, { content: 'x' }, { token: 'wrong' })).status, 401);
    room.denied.add('SEND_MESSAGES');
    assert.equal((await asks(fake, path, { content: 'x' })).code, 50_013);
    room.denied.add('VIEW_CHANNEL');
    assert.equal((await asks(fake, path, { content: 'x' })).code, 50_001);
    room.denied.clear();
  });

  it('answers 429 after 50 requests in a second, and shuts out who asks 10,000 wrong things', async () => {
    later();
    const codes = await Promise.all(some(51, () => asks(fake, 'GET /users/@me')));
    assert.deepEqual(codes.filter(({ status }) => status === 429).length, 1);
    later();
    fake.rates.invalid.push(...some(10_000, () => now.getTime()));
    assert.equal((await asks(fake, 'GET /users/@me')).status, 403);
    now = new Date(now.getTime() + discordLimits.invalidWindowMs + 1);
    assert.equal((await asks(fake, 'GET /users/@me')).status, 200);
  });

  it('sends what has an enforced nonce once, for some minutes', async () => {
    later();
    const path = `POST /channels/${room.id}/messages`;
    const message = { content: 'x', nonce: 'n-1', enforce_nonce: true };
    const ids = [await asks(fake, path, message), await asks(fake, path, message)].map(idOf);
    assert.equal(ids[0], ids[1]);
    assert.equal(room.messages.length, 1);
    now = new Date(now.getTime() + 4 * 60_000);
    await asks(fake, path, message);
    assert.equal(room.messages.length, 2);
  });

  it('takes no flag of components v2 off again', async () => {
    later();
    const path = `/channels/${room.id}/messages`;
    const id = idOf(await asks(fake, `POST ${path}`, { flags: v2, components: [text('x')] }));
    const got = await asks(fake, `PATCH ${path}/${id}`, { flags: 0, content: 'y', components: [] });
    assert.deepEqual(got.wrong, ['flags BASE_TYPE_CHOICES']);
  });
});

function idOf({ json }: { readonly json: unknown }): string {
  return typeof json === 'object' && json !== null && 'id' in json ? String(json.id) : '';
}
