import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { GatewayDispatchEvents } from 'discord-api-types/v10';
import type { GatewayDispatchPayload } from 'discord-api-types/v10';
import { Client } from 'discord.js';

import { until } from '../until.ts';
import type { FakeDiscord } from './fake-discord.ts';
import { startFakeDiscord } from './fake-discord.ts';
import { intents } from './gateway.ts';
import { DiscordGuild } from './guild.ts';
import type { FakeChannel, FakeUser } from './world.ts';

const wanted = intents.guilds | intents.messages | intents.messageContent;

describe('the gateway of the fake Discord', () => {
  let fake: FakeDiscord;
  let guild: DiscordGuild;
  let room: FakeChannel;
  let ana: FakeUser;
  let client: Client;
  const heard: string[] = [];

  before(async () => {
    fake = await startFakeDiscord();
    guild = new DiscordGuild(fake);
    room = guild.channel('ops');
    ana = guild.member('ana');
    client = clientOf(fake, wanted);
    client.on('raw', (packet: GatewayDispatchPayload) => {
      if (packet.t === GatewayDispatchEvents.MessageCreate) heard.push(packet.d.content);
    });
    await client.login(fake.token);
    await until('the client is ready', () => client.isReady());
  });
  after(async () => {
    await client.destroy();
    await fake.stop();
  });

  const says = (text: string) => guild.writes(ana, room, text);
  const isHeard = (text: string) => until(`“${text}” is heard`, () => heard.includes(text));

  it('tells an unmodified client what is said', async () => {
    says('one');
    await isHeard('one');
    assert.equal(client.guilds.cache.get(guild.guild.id)?.name, 'Acme');
  });

  it('replays what was said while the connection was cut', async () => {
    fake.gateway.cut(4_000);
    says('two');
    says('three');
    await isHeard('three');
    assert.deepEqual([heard.indexOf('two'), heard.indexOf('three')], [1, 2]);
    assert.deepEqual([fake.gateway.identified, fake.gateway.resumed], [1, 1]);
  });

  it('replays it too when it asked to connect anew', async () => {
    fake.gateway.askToReconnect();
    says('four');
    await isHeard('four');
    assert.equal(fake.gateway.identified, 1);
  });

  it('lets nobody in with a wrong token, or with an intent that is off', async () => {
    const other = clientOf(fake, wanted);
    await assert.rejects(other.login('wrong'), { code: 'TokenInvalid' });
    await other.destroy();

    const curious = clientOf(fake, wanted | intents.members);
    await assert.rejects(curious.login(fake.token), /intents/);
    await curious.destroy();
  });

  it('tells nothing that an intent is needed for, and no content without that one', async () => {
    const seen: string[] = [];
    const plain = clientOf(fake, intents.guilds | intents.messages);
    plain.on('raw', (packet: GatewayDispatchPayload) => {
      if (packet.t === GatewayDispatchEvents.MessageCreate) seen.push(`“${packet.d.content}”`);
      if (packet.t === GatewayDispatchEvents.MessageReactionAdd)
        seen.push(packet.d.emoji.name ?? '');
    });
    await plain.login(fake.token);
    await until('it is ready', () => plain.isReady());
    const message = says('five');
    guild.reacts(ana, message, '📌');
    await until('it is heard', () => seen.length > 0);
    await plain.destroy();
    assert.deepEqual(seen, ['“”']);
  });
});

function clientOf(fake: FakeDiscord, asked: number): Client {
  return new Client({ intents: asked, rest: { api: fake.apiUrl, version: '10' } });
}
