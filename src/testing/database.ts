import { createHash } from 'node:crypto';
import { cpSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';

import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';

import type { Db } from '../store/database.ts';
import { guardPglite } from '../store/guard.ts';
import type { GuardedPglite } from '../store/guard.ts';
import { applyMigrations, shippedMigrations } from '../store/migrate.ts';
import type { PostgresCluster } from './postgres.ts';
import { findPostgres, sharedCluster, startPostgres } from './postgres.ts';
import { keptFolder } from './scratch.ts';

export const databaseKinds = ['pglite', 'postgres'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** A migrated, otherwise empty database of one suite. Closed by itself at the suite's end. */
export type TestDatabase = {
  readonly kind: DatabaseKind;
  readonly db: Db;
  /** Where it is, when it is PostgreSQL. */
  readonly url?: string;
  /** The guarded client, when it is PGlite. */
  readonly pglite?: GuardedPglite;
  readonly close: () => Promise<void>;
};

/**
 * Describes a suite twice: on the embedded database and on PostgreSQL.
 *
 *   forEachDatabase((name, open) => {
 *     it('keeps names apart', async () => {
 *       const { db } = await open();
 *
 * Each `open()` gives another database. Where PostgreSQL is not installed its half is skipped
 * loudly; with `CI` set it fails.
 */
export function forEachDatabase(
  suite: (name: DatabaseKind, open: () => Promise<TestDatabase>) => void,
): void {
  for (const name of databaseKinds) {
    const missing = name === 'postgres' && !postgresFound;
    describe(name, { skip: missing ? missingPostgres : false }, () => {
      const opened: TestDatabase[] = [];
      suite(name, async () => {
        const database = name === 'pglite' ? await openPglite() : await openPostgres();
        opened.push(database);
        return database;
      });
      after(async () => {
        await Promise.all(opened.map((database) => database.close()));
      });
    });
  }
}

const missingPostgres =
  'PostgreSQL is not installed: half is untested → apt-get install postgresql';
const postgresBin = await findPostgres();
const postgresFound = postgresBin !== undefined;
if (!postgresFound && process.env['CI'] !== undefined && process.env['CI'] !== '') {
  throw new Error('PostgreSQL is missing, and CI must not skip it. Install it (initdb, postgres).');
}

const template = 'migrated';
let cluster: Promise<PostgresCluster> | undefined;

/** The cluster of the test run; for a file that runs alone, one of its own until its end. */
export function postgresCluster(): Promise<PostgresCluster> {
  if (postgresBin === undefined) throw new Error('PostgreSQL is not installed.');
  const shared = sharedCluster();
  cluster ??= shared ? Promise.resolve(shared) : startPostgres(postgresBin);
  return cluster;
}

/** The database that is there: PostgreSQL, which is quicker to copy, else the embedded one. */
export const usualDatabase: DatabaseKind = postgresFound ? 'postgres' : 'pglite';
after(async () => {
  await (await cluster)?.stop();
});

let templated: Promise<void> | undefined;

/** The URL of a new migrated database, a copy of one that was migrated once. */
export async function newMigratedDatabase(): Promise<string> {
  const { newDatabase, urlOf } = await postgresCluster();
  templated ??= makeTemplate(urlOf);
  await templated;
  return newDatabase(template);
}

/** Made by the first test file that needs it; the others wait for it. */
async function makeTemplate(urlOf: PostgresCluster['urlOf']): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(1)');
    const known = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (known.rowCount === 1) return;
    const draft = `${template}_draft`;
    await client.query(`create database "${draft}"`);
    const pool = new pg.Pool({ connectionString: urlOf(draft), max: 1 });
    await applyMigrations(drizzle(pool), shippedMigrations);
    await pool.end();
    await client.query(`alter database "${draft}" rename to "${template}"`);
  } finally {
    await client.end();
  }
}

async function openPostgres(): Promise<TestDatabase> {
  const url = await newMigratedDatabase();
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= pool.end());
  return { kind: 'postgres', db: drizzle(pool), url, close };
}

async function openPglite(): Promise<TestDatabase> {
  const pglite = await openMigratedPglite();
  const guarded = guardPglite(pglite);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= pglite.close());
  return { kind: 'pglite', db: guarded.db, pglite: guarded, close };
}

const folders: string[] = [];
after(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A migrated embedded database, from a copy that is made once for each set of migrations. */
export async function openMigratedPglite(): Promise<PGlite> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fb-pglite-'));
  folders.push(dataDir);
  await pgliteDirectory(dataDir);
  return PGlite.create({ dataDir, extensions: { pg_trgm } });
}

/** Puts a migrated embedded database into a new directory, as the store keeps it. */
export async function pgliteDirectory(dir: string): Promise<void> {
  // The synchronous one is native; the other takes a second for these thousand files.
  cpSync(await pgliteTemplate(), dir, { recursive: true });
}

/** The directory of a migrated embedded database, made by the first test file that needs it. */
async function pgliteTemplate(): Promise<string> {
  const hash = createHash('sha256');
  const names = (await readdir(shippedMigrations)).filter((name) => name.endsWith('.sql'));
  for (const name of names.toSorted()) {
    hash.update(name).update(await readFile(join(shippedMigrations, name)));
  }
  const packages = createRequire(import.meta.url);
  const main = packages.resolve('@electric-sql/pglite');
  hash.update(await readFile(join(main, '../../package.json')));
  const path = join(keptFolder, `small-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(path)) return path;

  // Another test process may make it at the same time: whole directories only, the first one stays.
  const draft = `${path}.${process.pid}`;
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const pglite = await PGlite.create({ dataDir: draft, extensions: { pg_trgm } });
  await applyMigrations(guardPglite(pglite).db, shippedMigrations);
  // Each start clears them, which for the usual 128 MB takes as long as the rest of it.
  await pglite.exec(`alter system set shared_buffers = '16MB'`);
  await pglite.exec('checkpoint');
  await pglite.close();
  await rename(draft, path).catch(() => rm(draft, { recursive: true }));
  return path;
}
