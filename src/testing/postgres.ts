import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, constants, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';

const run = promisify(execFile);
const startMs = 120_000;

/** A PostgreSQL cluster of this test process alone, with `fsync=on`. */
export type PostgresCluster = {
  /** Connection URL of a database on it, over the unix socket. */
  readonly urlOf: (database: string) => string;
  /** A new, empty database, or a copy of `template`. Answers its URL. */
  readonly newDatabase: (template?: string) => Promise<string>;
  readonly stop: () => Promise<void>;
};

/**
 * The directory with `initdb` and `postgres`: where Debian puts them, newest first, then PATH.
 * Undefined when PostgreSQL is not installed.
 */
export async function findPostgres(): Promise<string | undefined> {
  const debian = '/usr/lib/postgresql';
  const versions = await readdir(debian).catch(() => []);
  const dirs = [
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((v) => join(debian, v, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter).filter((dir) => dir !== ''),
  ];
  for (const dir of dirs) {
    const found = await Promise.all(
      ['initdb', 'postgres'].map(async (name) => {
        const path = await realpath(join(dir, name));
        await access(path, constants.X_OK);
        return dirname(path);
      }),
    ).catch(() => undefined);
    // An `initdb` on PATH may be a link or a wrapper; `postgres` must lie where it really is.
    if (found?.[0] !== undefined && found[0] === found[1]) return found[0];
  }
  return undefined;
}

/** PostgreSQL refuses to run as root, so root lends it an account without rights. */
async function unprivileged(): Promise<{ uid: number; gid: number; name: string } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
    ).catch(() => undefined);
    const [uid, gid] = ids ?? [];
    if (uid !== undefined && gid !== undefined) return { uid, gid, name };
  }
  throw new Error('PostgreSQL cannot run as root and there is no user "postgres" or "nobody".');
}

/**
 * Starts a cluster in a new directory under the system's temporary one.
 *
 * A shell stands between: it holds a pipe to this process, and when that breaks (this process was
 * killed, however rudely) it stops the server and removes the directory.
 */
export async function startPostgres(bin: string): Promise<PostgresCluster> {
  const account = await unprivileged();
  const dir = await mkdtemp(join(tmpdir(), 'fb-pg-'));
  if (account !== undefined) await chown(dir, account.uid, account.gid);
  const as = account === undefined ? {} : { uid: account.uid, gid: account.gid };
  const env = { PATH: `${bin}:/usr/bin:/bin`, LC_ALL: 'C', HOME: dir };
  const data = join(dir, 'data');
  const user = 'firebreak';
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-locale'],
    { ...as, env, cwd: dir },
  );
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${dir}`,
    'fsync=on',
    // Several test files at once, each with stores that keep a few connections.
    'max_connections=400',
  ];
  const script =
    '"$0" -D "$1" -c "$3" -c "$4" -c "$5" -c "$6" >"$2/log" 2>&1 & server=$!; ' +
    // Politely first: a client that is still saying goodbye would see an error.
    'cat >/dev/null; kill -TERM $server; (sleep 5; kill -INT $server) 2>/dev/null & late=$!; ' +
    'wait $server; kill $late; cd /; rm -rf "$2"';
  const keeper = spawn('/bin/sh', ['-c', script, join(bin, 'postgres'), data, dir, ...settings], {
    ...as,
    env,
    cwd: dir,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const urlOf = (database: string) =>
    `postgres://${user}@localhost/${database}?host=${encodeURIComponent(dir)}`;
  const stop = () => stopKeeper(keeper, dir);
  try {
    await untilReady(urlOf('postgres'), keeper);
  } catch (error) {
    await stop();
    throw error;
  }
  keeper.unref();

  return { urlOf, stop, newDatabase: copier(urlOf) };
}

/** Where a whole test run says that its cluster is. */
const sharedVariable = 'FIREBREAK_TEST_POSTGRES';

/** Starts one cluster for all test files of a run, which find it by the environment. */
export async function shareCluster(): Promise<PostgresCluster | undefined> {
  // A run inside a run uses the outer one's.
  if (process.env[sharedVariable] !== undefined) return undefined;
  const bin = await findPostgres();
  if (bin === undefined) return undefined;
  const cluster = await startPostgres(bin);
  process.env[sharedVariable] = cluster.urlOf('postgres');
  return cluster;
}

/** The cluster of the run that this test file is part of; its databases end with it. */
export function sharedCluster(): PostgresCluster | undefined {
  const shared = process.env[sharedVariable];
  if (shared === undefined) return undefined;
  const urlOf = (database: string) => {
    const url = new URL(shared);
    url.pathname = `/${database}`;
    return url.href;
  };
  return { urlOf, newDatabase: copier(urlOf), stop: () => Promise.resolve() };
}

function copier(urlOf: PostgresCluster['urlOf']): PostgresCluster['newDatabase'] {
  let made = 0;
  return async (template) => {
    made += 1;
    const name = `suite_${process.pid}_${made}`;
    const tail = template === undefined ? '' : ` template "${template}" strategy file_copy`;
    await administer(urlOf('postgres'), `create database "${name}"${tail}`);
    return urlOf(name);
  };
}

/** Runs one statement on a database and leaves. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function untilReady(url: string, keeper: ChildProcess): Promise<void> {
  const until = Date.now() + startMs;
  for (;;) {
    try {
      await administer(url, 'select 1');
      return;
    } catch (error) {
      if (Date.now() > until || keeper.exitCode !== null) {
        throw new Error('PostgreSQL did not start for the tests.', { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stopKeeper(keeper: ChildProcess, dir: string): Promise<void> {
  if (keeper.exitCode === null && keeper.signalCode === null) {
    const gone = once(keeper, 'exit');
    keeper.ref();
    keeper.stdin?.end();
    await gone;
  }
  await rm(dir, { recursive: true, force: true });
}
