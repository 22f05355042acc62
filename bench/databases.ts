import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadOrCreateSigner } from '../src/record/keys.ts';
import { makeRecorder } from '../src/record/recorder.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { findPostgres, startPostgres } from '../src/testing/postgres.ts';
import { print } from './measure.ts';

/** Where a benchmark runs; without a URL it is the embedded database. */
export type BenchDatabase =
  | { readonly label: 'PostgreSQL'; readonly databaseUrl: string }
  | { readonly label: 'embedded'; readonly databaseUrl?: never };

/**
 * Runs it on both databases, one after the other. PostgreSQL is the one of DATABASE_URL (an empty
 * database), else one that is started for the run with fsync on.
 *
 * @param only `postgres` or `embedded`
 */
export async function onEachDatabase(
  work: (database: BenchDatabase) => Promise<void>,
  only?: string,
): Promise<void> {
  const [load = 0] = loadavg();
  print(`Load of this machine: ${load.toFixed(1)} on ${availableParallelism()} processors.`);
  if (only !== 'embedded') await onPostgres(work);
  if (only !== 'postgres') await work({ label: 'embedded' });
}

async function onPostgres(work: (database: BenchDatabase) => Promise<void>): Promise<void> {
  const label = 'PostgreSQL';
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return work({ label, databaseUrl: given });
  const bin = await findPostgres();
  if (bin === undefined) return print('PostgreSQL is not installed and DATABASE_URL not set.');
  const cluster = await startPostgres(bin);
  try {
    await work({ label, databaseUrl: await cluster.newDatabase() });
  } finally {
    await cluster.stop();
  }
}

/** Opens a store of its own on this database, and closes and removes it after the work. */
export async function withStore(
  database: BenchDatabase,
  now: () => Date,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fb-bench-'));
  const store = await openStoreIn(dataDir, database, now);
  try {
    await work(store);
  } finally {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Opens a store whose keys, and without a URL whose database, are in this folder. */
export async function openStoreIn(
  dataDir: string,
  { databaseUrl }: { readonly databaseUrl?: string },
  now: () => Date,
): Promise<Store> {
  return openStore({
    dataDir,
    timeZone: 'UTC',
    recorder: makeRecorder(),
    signer: await loadOrCreateSigner(dataDir),
    now,
    newId: randomUUID,
    randomBytes,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
}
