import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { MigrationMeta } from 'drizzle-orm/migrator';

import { UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';

/** Where the SQL of this version lies: `migrations/` beside `src/`. */
export const shippedMigrations = new URL('../../migrations', import.meta.url).pathname;

/** Any number will do, as long as all versions of Firebreak agree on it. */
const migrationLock = 4_126_052_711;

export type MigrationState = {
  /** No migration ever ran here. */
  readonly fresh: boolean;
  /** How many migrations of this version have run. */
  readonly applied: number;
  /** How many migrations of this version have not run yet. */
  readonly pending: number;
  /** A newer Firebreak was here: the database has migrations that this version does not know. */
  readonly newer: boolean;
};

/** Compares the database with the migrations of this version, without changing anything. */
export async function migrationState(db: Db, dir: string): Promise<MigrationState> {
  return compare(readMigrationFiles({ migrationsFolder: dir }), await lastApplied(db));
}

/**
 * Applies what is pending, in one transaction, and answers how many migrations that were.
 *
 * Safe to call from several processes at once: they queue for an advisory lock and the later ones
 * find nothing to do. The same table as drizzle's own migrator is kept, so its tools still work;
 * that one takes no lock, which is why this is not a call of it.
 *
 * @param upTo the last migration to apply, by when it was made (ms): that of a backup, for example
 */
export async function applyMigrations(
  db: Db,
  dir: string,
  upTo = Number.POSITIVE_INFINITY,
): Promise<number> {
  const files = readMigrationFiles({ migrationsFolder: dir }).filter(
    ({ folderMillis }) => folderMillis <= upTo,
  );
  if (compare(files, await lastApplied(db)).pending === 0) return 0;
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(migrationLock))})`);
    await tx.execute(sql`create schema if not exists drizzle`);
    await tx.execute(sql`create table if not exists drizzle.__drizzle_migrations
      (id serial primary key, hash text not null, created_at bigint)`);
    const last = await lastApplied(tx);
    const pending = files.filter((file) => last === undefined || file.folderMillis > last);
    for (const file of pending) {
      for (const statement of file.sql) {
        await tx.execute(sql.raw(statement));
      }
      await tx.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at)
        values (${file.hash}, ${file.folderMillis})`);
    }
    return pending.length;
  });
}

const bringsBack =
  '`firebreak restore` brings that back into an empty DATA_DIR that holds the same secret.key';

/** What is said of a database that was brought to this version; numbers and file are told beside it. */
export const upgraded =
  'The database was brought to the migration that this version needs. What it held before is in ' +
  `the backup; ${bringsBack}.`;

/**
 * Migrations are one transaction: one that fails has changed nothing, so the version before goes on.
 *
 * @param backup the file that was written just before, when there is one
 */
export function upgradeFailed(error: Error, backup: string | undefined): UserError {
  const before = 'Start the version that ran here before: it still can';
  return new UserError(
    'not_ready',
    `The database could not be brought to this version, and is as it was. ${error.message}`,
    {
      hint:
        backup === undefined
          ? `${before}. Should it not: restore the backup that you made.`
          : `${before}. What it held a moment ago is also in ${backup}; ${bringsBack}.`,
    },
  );
}

/** True when this version has a migration that was made at this moment (ms). */
export function knowsMigration(dir: string, made: number): boolean {
  const files = readMigrationFiles({ migrationsFolder: dir });
  return files.some(({ folderMillis }) => folderMillis === made);
}

function compare(files: readonly MigrationMeta[], last: number | undefined): MigrationState {
  const newest = files.at(-1)?.folderMillis ?? 0;
  const pending = files.filter((file) => last === undefined || file.folderMillis > last).length;
  return {
    fresh: last === undefined,
    applied: files.length - pending,
    pending,
    newer: last !== undefined && last > newest,
  };
}

async function lastApplied(db: Db): Promise<number | undefined> {
  const [table] = await rowsOf<{ name: string | null }>(
    db,
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  );
  if (table?.name === null || table === undefined) return undefined;
  const [row] = await rowsOf<{ last: string | null }>(
    db,
    sql`select max(created_at)::text as last from drizzle.__drizzle_migrations`,
  );
  return row?.last === null || row === undefined ? undefined : Number(row.last);
}
