import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { asks } from './asking.ts';
import type { FakeDiscord } from './fake-discord.ts';
import { startFakeDiscord } from './fake-discord.ts';
import { DiscordGuild } from './guild.ts';
import type { Raw } from './limits.ts';

const long = (length: number) => 'x'.repeat(length);
const some = <Made>(length: number, make: (index: number) => Made) =>
  Array.from({ length }, (_, index) => make(index));

const option = (index: number, more: Raw = {}) => ({
  type: 3,
  name: `o${index}`,
  description: 'x',
  ...more,
});
const command = (index: number, more: Raw = {}) => ({
  name: `c${index}`,
  description: 'x',
  ...more,
});

const commands: readonly (readonly [string, readonly Raw[], string])[] = [
  ['slash commands', some(101, (at) => command(at)), '30032'],
  ['message commands', some(16, (at) => ({ type: 3, name: `M ${at}` })), '30032'],
  ['user commands', some(16, (at) => ({ type: 2, name: `U ${at}` })), '30032'],
  ['the name', [command(0, { name: long(33) })], '0.name APPLICATION_COMMAND_INVALID_NAME'],
  [
    'the description',
    [command(0, { description: long(101) })],
    '0.description BASE_TYPE_BAD_LENGTH',
  ],
  [
    'options',
    [command(0, { options: some(26, (at) => option(at)) })],
    '0.options BASE_TYPE_BAD_LENGTH',
  ],
  [
    'choices',
    [
      command(0, {
        options: [option(0, { choices: some(26, (at) => ({ name: `${at}`, value: `${at}` })) })],
      }),
    ],
    '0.options.0.choices BASE_TYPE_BAD_LENGTH',
  ],
  [
    'the characters of one command',
    [
      command(0, {
        options: some(24, (at) =>
          option(at, {
            type: 1,
            options: some(4, (below) => option(below, { description: long(90) })),
          }),
        ),
      }),
    ],
    '0 APPLICATION_COMMAND_TOO_LARGE',
  ],
];

describe('registering commands with the fake Discord', () => {
  let fake: FakeDiscord;
  let guild: DiscordGuild;
  let path = '';

  before(async () => {
    fake = await startFakeDiscord();
    guild = new DiscordGuild(fake);
    path = `PUT /applications/${fake.world.application}/guilds/${guild.guild.id}/commands`;
  });
  after(() => fake.stop());

  for (const [what, list, where] of commands) {
    it(`refuses commands for too much of ${what}`, async () => {
      const got = await asks(fake, path, list);

      assert.equal(got.code, 50_035);
      assert.ok(got.wrong.includes(where), got.wrong.join('\n'));
      assert.deepEqual(guild.guild.commands, []);
    });
  }

  it('refuses more than 200 new commands a day', async () => {
    await asks(
      fake,
      path,
      some(100, (at) => command(at)),
    );
    await asks(
      fake,
      path,
      some(100, (at) => command(at + 100)),
    );
    assert.equal((await asks(fake, path, [command(200)])).code, 30_034);
    assert.equal((await asks(fake, path, [command(199)])).status, 200);
  });
});
