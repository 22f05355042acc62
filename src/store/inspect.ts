import { access } from 'node:fs/promises';
import { join } from 'node:path';

import type { Db } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { withoutValuesIn } from './failure.ts';
import { migrationState, shippedMigrations } from './migrate.ts';
import type { MigrationState } from './migrate.ts';
import type { StoreOptions } from './open.ts';
import { connectPostgres } from './postgres.ts';
import { instance } from './tables/instance.ts';

/** A database as it is found, before anything is made of it. */
export type Inspection = MigrationState & {
  /** The instance that lives there: which encryption key opens it. Absent before its first start. */
  readonly instance?: { readonly id: string; readonly keyId: string };
};

/**
 * Looks at a database without changing or making anything.
 *
 * @throws UserError `not_ready` when it cannot be reached, `conflict` when another process has it
 */
export async function inspectDatabase(
  options: Pick<StoreOptions, 'dataDir' | 'databaseUrl' | 'migrationsDir'>,
): Promise<Inspection> {
  const { dataDir, databaseUrl, migrationsDir = shippedMigrations } = options;
  if (databaseUrl === undefined && !(await exists(join(dataDir, 'pg')))) {
    return { fresh: true, applied: 0, pending: 0, newer: false };
  }
  const { db, close } =
    databaseUrl === undefined
      ? await embedded(dataDir)
      : await connectPostgres(databaseUrl, ignore);
  try {
    return await withoutValuesIn(() => inspect(db, migrationsDir));
  } finally {
    await close();
  }
}

const ignore = () => {};

async function embedded(dataDir: string) {
  const { guarded, close } = await openEmbedded(dataDir, async () => {}, ignore);
  return { db: guarded.db, close };
}

async function inspect(db: Db, migrationsDir: string): Promise<Inspection> {
  const state = await migrationState(db, migrationsDir);
  if (state.fresh) return state;
  const [own] = await db.select({ id: instance.id, keyId: instance.sealingKeyId }).from(instance);
  return own ? { ...state, instance: own } : state;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
