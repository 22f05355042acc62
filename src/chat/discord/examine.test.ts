import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import type { FakeDiscord } from '../../testing/discord/fake-discord.ts';
import { startFakeDiscord } from '../../testing/discord/fake-discord.ts';
import { examineDiscord } from './examine.ts';

describe('the doctor on Discord', () => {
  const at = new Date('2026-11-22T21:00:00Z');
  let fake: FakeDiscord;
  let guild = '';
  before(async () => {
    fake = await startFakeDiscord({ now: () => at });
    guild = fake.world.addGuild('Acme').id;
  });
  after(() => fake.stop());

  const look = async (more: { token?: string; guilds?: readonly string[]; now?: Date } = {}) => {
    const { token = fake.token, guilds = [guild], now = at } = more;
    const examined = { token: new Secret(token), guilds, apiUrl: fake.apiUrl };
    const found = await examineDiscord(examined, { fetch, now: () => now });
    return found.map(({ about, state, text }) => `${state}: ${about}: ${text}`);
  };

  it('finds nothing to fix where everything is right', async () => {
    assert.deepEqual(await look(), [
      'works: Discord: Reachable; the token is accepted as Firebreak.',
      'works: Discord, clock: Same time as Discord.',
      `works: Discord, server ${guild}: The bot is in “Acme”.`,
    ]);
  });

  it('names a wrong token and what it breaks', async () => {
    const [said, ...more] = await look({ token: 'wrong' });
    assert.match(said ?? '', /^fix: .*DISCORD_TOKEN is not accepted: nothing is heard or said/);
    assert.deepEqual(more, []);
  });

  it('names what the bot may not do in a server, and what is missing by that', async () => {
    const denied = fake.world.guilds.get(guild)?.denied;
    denied?.add('PIN_MESSAGES').add('VIEW_AUDIT_LOG');
    const found = await look();
    denied?.clear();
    assert.deepEqual(found.slice(3), [
      `fix: Discord, server ${guild}, permissions: The bot lacks: View Audit Log (unpinning ` +
        'takes nothing off the timeline), Pin Messages (the card of an incident is not pinned).',
    ]);
  });

  it('names an intent that is off and what it breaks', async () => {
    const other = await startFakeDiscord({ now: () => at, allowedIntents: 0 });
    const examined = { token: new Secret(other.token), guilds: [], apiUrl: other.apiUrl };
    const found = await examineDiscord(examined, { fetch, now: () => at });
    await other.stop();
    const off = found.find(({ state }) => state === 'fix');
    assert.equal(off?.about, 'Discord, Message Content Intent');
    assert.match(off.text, /without its text/);
  });

  it('names a server that the bot is not in, and a clock that is wrong', async () => {
    const found = await look({
      guilds: ['123456789012345678'],
      now: new Date(at.getTime() - 3 * 60_000),
    });
    assert.match(
      found.join('\n'),
      /fix: Discord, clock: .* 3 min ahead of ours\. Its messages are off/,
    );
    assert.match(
      found.join('\n'),
      /fix: Discord, server 123456789012345678: .* not in that server/,
    );
  });

  it('says so when Discord cannot be reached, and nothing that is secret', async () => {
    const gone = { token: new Secret('s3cret'), guilds: [], apiUrl: 'http://127.0.0.1:9/s3cret' };
    const found = await examineDiscord(gone, { fetch, now: () => at });
    assert.equal(found[0]?.state, 'fix');
    assert.doesNotMatch(JSON.stringify(found), /s3cret/);
  });
});
