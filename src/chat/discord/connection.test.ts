import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { startFakeDiscord } from '../../testing/discord/fake-discord.ts';
import { DiscordGuild } from '../../testing/discord/guild.ts';
import { BareDiscord, surfaceOn } from '../../testing/discord/surface.ts';
import { guildJson } from '../../testing/discord/wire.ts';
import { until } from '../../testing/until.ts';

const deaf = {
  hear: () => Promise.resolve('new' as const),
  complete: () => Promise.resolve([]),
};
const bound = () => AbortSignal.timeout(10_000);

describe('the connection to Discord', () => {
  let bare: BareDiscord;
  before(async () => {
    bare = await BareDiscord.open();
  });
  after(() => bare.stop());

  it('is let go when another process has it, and made anew when that has gone', async () => {
    const { gateway } = bare.fake;
    assert.equal(gateway.isConnected, true);
    bare.leads = false;
    bare.attendNow();
    await until('it is let go', () => !gateway.isConnected);
    bare.leads = true;
    const look = () => {
      bare.attendNow();
      return gateway.isConnected;
    };
    await until('it is made anew', look);
    assert.deepEqual(bare.troubles, []);
  });

  it('brings the commands to a server that the bot is invited to later', async () => {
    const { fake, guild } = bare;
    const count = guild.guild.commands.length;
    fake.gateway.tell('GUILD_DELETE', { id: guild.guild.id });
    guild.guild.commands = [];
    fake.gateway.tell('GUILD_CREATE', guildJson(fake.world, guild.guild));
    await until('they are there', () => guild.guild.commands.length === count);
    assert.deepEqual(bare.troubles, []);
  });

  it('survives that Discord cannot be reached, and says so', async () => {
    const fake = await startFakeDiscord();
    const troubles: unknown[] = [];
    const next = { attend: (): void => assert.fail('It does not wait.') };
    const surface = await surfaceOn(fake, [], {
      now: () => new Date(),
      onTrouble: (error) => troubles.push(error),
      wait: (_, signal) =>
        new Promise((resolve, reject) => {
          next.attend = resolve;
          signal.addEventListener('abort', reject, { once: true });
        }),
    });
    fake.fail(/./, 'cut');
    await surface.start(deaf);
    assert.equal(codeOf(troubles[0]), 'cut');
    next.attend();
    await until('it is connected', () => fake.gateway.isConnected);
    await surface.stop(bound());
    await fake.stop();
  });

  it('names a wrong token, a server that the bot is not in, and an intent that is off', async () => {
    const fake = await startFakeDiscord({ allowedIntents: 0 });
    const guild = new DiscordGuild(fake);
    const troubles: unknown[] = [];
    const common = {
      now: () => new Date(),
      onTrouble: (error: unknown) => troubles.push(error),
      wait: (ms: number, signal: AbortSignal) => pause(ms, undefined, { signal }),
    };
    const other = '123456789012345678';
    const surface = await surfaceOn(fake, [other, guild.guild.id], common);
    await surface.start(deaf);
    assert.equal(fake.gateway.isConnected, true);
    assert.ok(guild.guild.commands.length > 0);
    assert.deepEqual(troubles.map(codeOf), ['not_found', 'refused']);
    assert.match(String(troubles[1]), /Message Content Intent/);
    await surface.stop(bound());

    troubles.length = 0;
    const wrong = await surfaceOn(fake, [guild.guild.id], { ...common, token: new Secret('no') });
    await wrong.start(deaf);
    assert.deepEqual(troubles.map(codeOf), ['unauthorized']);
    await wrong.stop(bound());
    await fake.stop();
  });
});

function codeOf(error: unknown): string {
  return error instanceof PlatformError ? error.code : String(error);
}
