import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { leaveWord } from './cli/where.ts';
import { openLocal } from './compose.ts';
import { readConfig } from './config.ts';
import { doctor } from './doctor.ts';
import type { Finding } from './domain/doctor.ts';
import { UserError } from './errors.ts';
import { startServer } from './http/server.ts';
import { processLog } from './log.ts';
import { databaseWords } from './store/database-words.ts';
import {
  newMigratedDatabase,
  pgliteDirectory,
  postgresCluster,
  usualDatabase,
} from './testing/database.ts';
import { listening } from './testing/loopback.ts';
import { scriptedEntrance } from './testing/shell.ts';

const folder = await mkdtemp(join(tmpdir(), 'fb-doctor-'));
after(() => rm(folder, { recursive: true, force: true }));
const log = processLog({ level: 'error', write: () => {} });

/** What the doctor says of an installation with these settings, each finding as one line. */
async function examined(env: Record<string, string>, patienceMs?: number) {
  let config;
  try {
    config = readConfig(env);
  } catch (error) {
    assert.ok(error instanceof UserError);
    config = error;
  }
  const view = await doctor({
    config,
    fetch,
    openEntrance: async (settings) => (await openLocal(settings, log)).entrance,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const findings = view.data['findings'] as unknown as Finding[];
  for (const { state, next } of findings) assert.ok(state !== 'fix' || next);
  return {
    outcome: view.outcome,
    findings,
    of: (about: string) => findings.find((finding) => finding.about === about),
  };
}

/** An installation that was started once. */
async function installed(): Promise<Record<string, string>> {
  const env = {
    DATA_DIR: await mkdtemp(join(folder, 'data-')),
    ...(usualDatabase === 'postgres' ? { DATABASE_URL: await newMigratedDatabase() } : {}),
  };
  const { entrance } = await openLocal(readConfig(env), log);
  await entrance.operatorToken();
  await entrance.close();
  return env;
}

describe('the doctor', () => {
  it('finds nothing to fix in an installation that was started once', async () => {
    const found = await examined(await installed());
    assert.deepEqual(
      found.findings.filter(({ state }) => state === 'fix'),
      [],
    );
    assert.equal(found.outcome, 'done');
    assert.equal(found.of('timelines')?.state, 'works');
    assert.equal(found.of('database')?.state, 'works');
    assert.equal(found.of('clock')?.text, 'Same time as the database.');
    assert.equal(found.of('connections')?.state, 'note');
  });

  it('looks at the database that the settings name, though a server uses another', async () => {
    const env = await installed();
    const dataDir = env['DATA_DIR'] ?? '';
    const server = await startServer({
      port: 0,
      instanceId: 'instance-1',
      entrance: scriptedEntrance({}),
      onFailure: () => 'ref',
    });
    const database = 'PostgreSQL at other:5432/ir';
    await leaveWord(dataDir, { url: server.url, instance: 'instance-1', database });
    const nowhere = 'postgres://ana:pw-of-ana@127.0.0.1:1/ir';
    const found = await examined({ ...env, DATABASE_URL: nowhere });
    await server.close();
    assert.equal(found.outcome, 'failed');
    assert.match(
      found.of('server')?.text ?? '',
      /uses PostgreSQL at other:5432\/ir, and DATABASE_U/,
    );
    assert.equal(found.of('database')?.state, 'fix');
    assert.doesNotMatch(JSON.stringify(found.findings), /pw-of-ana/);
  });

  it('says that a server hangs, and looks at what it can look at without it', async (test) => {
    const env = await installed();
    const url = await listening(test, createServer());
    const database = databaseWords(readConfig(env).databaseUrl);
    await leaveWord(env['DATA_DIR'] ?? '', { url, instance: 'instance-1', database });
    const found = await examined(env, 50);
    assert.equal(found.outcome, 'failed');
    assert.equal(found.of('server')?.state, 'fix');
    assert.match(found.of('server')?.text ?? '', new RegExp(`${url} does not answer in time`));
    assert.equal(found.of('timelines')?.state, 'works');
  });

  it('does not advise to start a server where the one that hangs has the database', async (test) => {
    const env = { DATA_DIR: await mkdtemp(join(folder, 'data-')) };
    await pgliteDirectory(join(env.DATA_DIR, 'pg'));
    const { entrance } = await openLocal(readConfig(env), log);
    const url = await listening(test, createServer());
    const database = 'the embedded database';
    await leaveWord(env.DATA_DIR, { url, instance: 'instance-1', database });
    const found = await examined(env, 50);
    await entrance.close();
    assert.equal(found.of('server')?.state, 'fix');
    assert.equal(found.of('database')?.text, 'The server that does not answer has it open.');
    assert.doesNotMatch(JSON.stringify(found.findings), /npm start/);
  });

  it('looks at everything right after a restore, which leaves no token', async () => {
    const env = await installed();
    await rm(join(env['DATA_DIR'] ?? '', 'operator.token'));
    const found = await examined(env);
    assert.equal(found.of('operator’s token')?.state, 'note');
    assert.equal(found.of('timelines')?.state, 'works');
    assert.equal(found.outcome, 'done');
  });

  it('makes no signing key, and says that one that is missing is to be put back', async () => {
    const env = await installed();
    const dataDir = env['DATA_DIR'] ?? '';
    await rm(join(dataDir, 'signing-key.pem'));
    const before = await readdir(dataDir);
    const found = await examined(env);
    assert.equal(found.outcome, 'failed');
    assert.equal(found.of('signing key')?.state, 'fix');
    assert.match(found.of('signing key')?.next ?? '', /^Put signing-key\.pem back/);
    assert.equal(found.of('signing keys'), undefined, 'it was not opened');
    assert.deepEqual(await readdir(dataDir), before);
  });

  it('says what it did not look at while something else is to be fixed', async () => {
    const env = await installed();
    await rm(join(env['DATA_DIR'] ?? '', 'secret.key'));
    const found = await examined(env);
    assert.equal(found.of('timelines'), undefined);
    assert.match(
      found.of('not looked at')?.text ?? '',
      /^Timelines, people, clock and connections/,
    );
  });

  it('looks at everything although files are open to others or lie about', async () => {
    const env = await installed();
    const dataDir = env['DATA_DIR'] ?? '';
    await chmod(dataDir, 0o755);
    await chmod(join(dataDir, 'operator.token'), 0o644);
    const found = await examined(env);
    assert.equal(found.of('data directory')?.state, 'fix');
    const next = usualDatabase === 'postgres' ? /^chmod 700 / : /^Ask who .* closes it/;
    assert.match(found.of('data directory')?.next ?? '', next);
    assert.equal(found.of('operator’s token')?.state, 'fix');
    assert.equal(found.of('timelines')?.state, 'works');
    assert.equal(found.of('not looked at'), undefined);
  });

  it('says every setting that is wrong, and no value', async () => {
    const found = await examined({ HTTP_PORT: 'x', DATABASE_URL: 'mysql://hunter2' });
    assert.equal(found.outcome, 'failed');
    assert.match(found.of('settings')?.text ?? '', /DATABASE_URL.*HTTP_PORT/);
    assert.doesNotMatch(JSON.stringify(found.findings), /hunter2/);
  });

  it('makes nothing where there is no data directory yet', async () => {
    const found = await examined({ DATA_DIR: join(folder, 'nowhere') });
    assert.equal(found.of('data directory')?.state, 'fix');
    assert.match(found.of('database')?.next ?? '', /npm start/);
    assert.ok(!(await readdir(folder)).includes('nowhere'));
  });

  it('still looks at keys and files when the database is down', async () => {
    const { DATA_DIR = '' } = await installed();
    await writeFile(join(DATA_DIR, 'left.backup.tmp'), 'half of everything');
    const found = await examined({
      DATA_DIR,
      DATABASE_URL: 'postgres://ana:hunter2@127.0.0.1:1/firebreak',
    });
    assert.match(found.of('database')?.text ?? '', /cannot be reached \(ECONNREFUSED\)/);
    assert.equal(found.of('encryption key')?.state, 'works');
    assert.match(found.of('backup')?.text ?? '', /left behind .* \S+left\.backup\.tmp/);
    assert.doesNotMatch(JSON.stringify(found.findings), /hunter2/);
  });

  it('names a key that is missing, open to others or another one, and makes none', async () => {
    const env = await installed();
    const path = join(env['DATA_DIR'] ?? '', 'secret.key');
    await chmod(path, 0o644);
    assert.match((await examined(env)).of('encryption key')?.next ?? '', /chmod 600/);
    await rm(path);
    const without = await examined(env);
    assert.match(without.of('encryption key')?.text ?? '', /There is none/);
    assert.equal(without.of('timelines'), undefined, 'it was not opened');
    await writeFile(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    assert.match((await examined(env)).of('database')?.text ?? '', /does not open it/);
  });

  it('says that a database is empty', { skip: usualDatabase !== 'postgres' }, async () => {
    const { DATA_DIR = '' } = await installed();
    const DATABASE_URL = await (await postgresCluster()).newDatabase();
    const found = await examined({ DATA_DIR, DATABASE_URL });
    assert.match(found.of('database')?.next ?? '', /firebreak restore FILE/);
  });

  it('closes what it opens, and says when somebody else has the database', async () => {
    const env = { DATA_DIR: await mkdtemp(join(folder, 'data-')) };
    await pgliteDirectory(join(env.DATA_DIR, 'pg'));
    const { entrance } = await openLocal(readConfig(env), log);
    const found = await examined(env);
    assert.match(found.of('database')?.text ?? '', /Another Firebreak process/);
    await entrance.close();
  });
});
