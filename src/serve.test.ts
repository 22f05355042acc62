import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { remoteEntrance } from './cli/remote.ts';
import { findServer } from './cli/where.ts';
import { openLocal } from './compose.ts';
import { readConfig } from './config.ts';
import { makeLog } from './log.ts';
import { keptOperatorToken } from './operator-token.ts';
import { serve } from './serve.ts';
import { wordsOf } from './testing/chats.ts';
import { newMigratedDatabase, pgliteDirectory, usualDatabase } from './testing/database.ts';
import { NeutralSurface } from './testing/neutral-surface.ts';
import { until } from './testing/until.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'fb-serve-'));
after(() => rm(dataDir, { recursive: true, force: true }));

const log = makeLog({ level: 'error', write: () => {}, now: () => new Date() });

async function aConfig() {
  const isPglite = usualDatabase === 'pglite';
  if (isPglite) await pgliteDirectory(join(dataDir, 'pg'));
  return readConfig({
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    ...(isPglite ? {} : { DATABASE_URL: await newMigratedDatabase() }),
  });
}

describe('a server', () => {
  it('starts although the local operator was switched off, and hears everyone else', async () => {
    const config = await aConfig();
    const { entrance } = await openLocal(config, log);
    const desk = await entrance.enter({ token: await entrance.operatorToken() });
    await desk.say('person add @eve Eve may:admin,responder');
    const token = (await entrance.redeem((await desk.invite('eve')).secret)).secret;
    const eve = await entrance.enter({ token });
    assert.equal((await eve.say('person disable @operator')).kind, 'view');
    await entrance.close();

    const told = Promise.withResolvers<string>();
    const stop = Promise.withResolvers<void>();
    const served = serve(config, log, {
      terminal: { tell: told.resolve },
      untilStopped: stop.promise,
    });
    try {
      const text = await Promise.race([told.promise, served.then(() => 'It ended.')]);
      assert.match(text, /is running/);
      assert.match(text, /@operator was switched off.*\n.*person enable @operator/);
      assert.doesNotMatch(text, /#/, 'no link that opens nothing');

      const url = (await findServer(dataDir, fetch)) ?? assert.fail();
      const operatorToken = async () => (await keptOperatorToken(dataDir)) ?? assert.fail();
      const shell = remoteEntrance({ url, fetch, operatorToken });
      await assert.rejects(shell.enter({ token: await operatorToken() }), {
        message: '@operator was switched off.',
      });
      const hers = await shell.enter({ token });
      assert.equal((await hers.say('person enable @operator')).kind, 'view');
      await assert.rejects(shell.enter({ token: await operatorToken() }), { code: 'not_ready' });
      const again = await shell.enter({ token: await operatorToken() });
      assert.equal((await again.say('me')).kind, 'view');
    } finally {
      stop.resolve();
      await served;
    }
  });

  it('hears a chat, answers it there, and hears no more once it is told to stop', async () => {
    const slack = new NeutralSurface('slack');
    const told = Promise.withResolvers<string>();
    const stop = Promise.withResolvers<void>();
    const served = serve(await aConfig(), log, {
      terminal: { tell: told.resolve },
      untilStopped: stop.promise,
      surfaces: [slack],
    });
    try {
      await Promise.race([told.promise, served.then(() => 'It ended.')]);
      await slack.says('zoe', 'lobby', 'declare The mailer sends spam');
      await until('it is answered', () => slack.in('lobby').length > 0);
      assert.match(wordsOf(slack.in('lobby')[0]?.reply), /The mailer sends spam/);
    } finally {
      stop.resolve();
      await served;
    }
    assert.throws(() => void slack.says('zoe', 'lobby', 'status'), /was not started/);
  });
});
