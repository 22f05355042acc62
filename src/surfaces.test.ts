import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { it } from 'node:test';

import { readConfig } from './config.ts';
import { makeLog } from './log.ts';
import { openSurfaces } from './surfaces.ts';

it('what speaks to a vendor is loaded only when the settings name it', async () => {
  const log = makeLog({ level: 'silent', write: () => undefined, now: () => new Date() });
  assert.deepEqual(await openSurfaces(readConfig({}), log), []);
  assert.deepEqual(loaded(), []);

  const tokens = { SLACK_BOT_TOKEN: 'xoxb-1-a', SLACK_APP_TOKEN: 'xapp-1-a', SLACK_TEAMS: 'T1' };
  const [slack] = await openSurfaces(readConfig(tokens), log);
  assert.equal(slack?.name, 'slack');
  assert.deepEqual(loaded(), ['@slack/bolt', '@slack/web-api']);

  const env = { DISCORD_TOKEN: 't', DISCORD_GUILDS: '123456789012345678' };
  const [discord] = await openSurfaces(readConfig(env), log);
  assert.equal(discord?.name, 'discord');
  assert.deepEqual(loaded(), ['discord.js', '@slack/bolt', '@slack/web-api']);
  await slack.stop(AbortSignal.timeout(1_000));
  await discord.stop(AbortSignal.timeout(1_000));
});

function loaded(): readonly string[] {
  const files = Object.keys(createRequire(import.meta.url).cache);
  return ['discord.js', '@slack/bolt', '@slack/web-api'].filter((name) =>
    files.some((file) => file.includes(`/node_modules/${name}/`)),
  );
}
