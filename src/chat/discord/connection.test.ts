import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { startFakeDiscord } from '../../testing/discord/fake-discord.ts';
import type { Gateway } from '../../testing/discord/gateway.ts';
import { DiscordGuild } from '../../testing/discord/guild.ts';
import { BareDiscord, surfaceOn } from '../../testing/discord/surface.ts';
import { guildJson } from '../../testing/discord/wire.ts';
import { until } from '../../testing/until.ts';
import { leadEveryMs, readyWithinMs } from './connection.ts';

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

  /** Who hears has begun a session; that a login was taken does not say so. */
  const isHearing = async () => {
    const { guild, heard } = bare;
    const from = heard.length;
    guild.says(guild.member('cem'), guild.channel('all'), 'ir list');
    await until('it hears', () => heard.length > from);
  };

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

  for (const [what, breaks] of [
    ['it is cut', (gateway) => gateway.cut(4_000)],
    ['Discord asks for a new one', (gateway) => gateway.askToReconnect()],
    ['Discord doubts the session', (gateway) => gateway.invalidate(true)],
  ] as const satisfies readonly (readonly [string, (gateway: Gateway) => void])[]) {
    it(`takes the session up again when ${what}: each line said meanwhile is heard once`, async () => {
      const { fake, guild, heard, troubles } = bare;
      const { identified, resumed } = fake.gateway;
      const room = guild.channel('ops');
      const ana = guild.member('ana');
      await isHearing();
      const from = heard.length;
      breaks(fake.gateway);
      for (const text of ['first', 'second']) guild.says(ana, room, 'log add', { text });
      await until('both are heard', () => heard.length >= from + 2);
      // What comes after both shows that neither comes again.
      guild.says(ana, room, 'log add', { text: 'third' });
      await until('the third is heard', () => heard.length >= from + 3);
      const lines = heard.slice(from).map(({ said }) => said.kind === 'line' && said.line);
      assert.deepEqual(lines, ['log add first', 'log add second', 'log add third']);
      assert.deepEqual([fake.gateway.identified, fake.gateway.resumed], [identified, resumed + 1]);
      assert.deepEqual(troubles, []);
    });
  }

  it('begins a session of its own when the old one is gone, and hears in that', async () => {
    const { fake, troubles } = bare;
    const { identified } = fake.gateway;
    fake.gateway.invalidate();
    await until('a session is begun', () => fake.gateway.identified === identified + 1);
    await isHearing();
    assert.deepEqual(troubles, []);
  });

  it('is made anew where discord.js gives it up', async () => {
    const { fake, troubles } = bare;
    const { identified } = fake.gateway;
    // What Discord says where a token is not good any more: nobody may resume after that.
    fake.gateway.cut(4_004);
    const look = () => {
      bare.attendNow();
      return fake.gateway.identified === identified + 1 && fake.gateway.isConnected;
    };
    await until('it is made anew', look);
    await isHearing();
    assert.deepEqual(troubles, []);
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

  it('waits for no login for ever, and says meanwhile that it still leads', async () => {
    const fake = await startFakeDiscord();
    const troubles: unknown[] = [];
    const hand = byHand();
    let leads = 0;
    const ears = { ...deaf, lead: () => Promise.resolve((leads += 1) > 0) };
    fake.gateway.isMute = true;
    const surface = await surfaceOn(fake, [], {
      now: () => new Date(),
      onTrouble: (error) => troubles.push(error),
      wait: hand.wait,
    });
    const started = surface.start(ears);
    await until('the login was taken', () => fake.gateway.identified === 1);
    hand.pass(leadEveryMs);
    await until('it leads on', () => leads === 2);
    hand.pass(readyWithinMs);
    await started;
    assert.deepEqual(troubles.map(codeOf), ['timed_out']);
    assert.match(String(troubles[0]), /did not say within 15 s that the connection is ready/);
    await until('the login is let go', () => !fake.gateway.isConnected, 5_000);

    fake.gateway.isMute = false;
    hand.pass(leadEveryMs);
    await until('it is connected', () => fake.gateway.isConnected);
    await surface.stop(bound());
    await fake.stop();
  });

  it('tries more and more seldom what is in vain, for logins are counted', async () => {
    const fake = await startFakeDiscord();
    const guild = new DiscordGuild(fake);
    const troubles: unknown[] = [];
    const hand = byHand();
    let leads = 0;
    const surface = await surfaceOn(fake, [guild.guild.id], {
      token: new Secret('no'),
      now: () => new Date(),
      onTrouble: (error) => troubles.push(error),
      wait: hand.wait,
    });
    await surface.start({ ...deaf, lead: () => Promise.resolve((leads += 1) > 0) });
    const tried: number[] = [];
    for (let look = 1; look <= 60; look += 1) {
      const known = troubles.length;
      await until('it waits for its next look', () => hand.pass(leadEveryMs));
      await until('it has looked', () => leads === look + 1);
      // What was begun by a look is over before the next one: its answers come from loopback.
      await until('it is over', () => hand.isWaiting(leadEveryMs) && isOver(look, troubles));
      if (troubles.length > known) tried.push(look);
    }
    assert.deepEqual(tried, [1, 3, 7, 15, 31, 56]);
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

const isTried = new Set([1, 3, 7, 15, 31, 56]);

/** True once the try of this look, where it is due, has failed. */
function isOver(look: number, troubles: readonly unknown[]): boolean {
  return troubles.length >= 1 + [...isTried].filter((one) => one <= look).length;
}

/** Waits that end when a test says so. */
function byHand() {
  const waiting = new Map<number, () => void>();
  return {
    wait: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        waiting.set(ms, resolve);
        signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
      }),
    isWaiting: (ms: number) => waiting.has(ms),
    /** False when nothing waits so long. */
    pass: (ms: number): boolean => {
      const resolve = waiting.get(ms);
      waiting.delete(ms);
      resolve?.();
      return resolve !== undefined;
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof PlatformError ? error.code : String(error);
}
