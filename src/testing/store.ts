import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';

import { loadOrCreateSigner } from '../record/keys.ts';
import { makeRecorder } from '../record/recorder.ts';
import { rowsOf } from '../store/database.ts';
import { lockDirectory } from '../store/directory-lock.ts';
import { guardPglite } from '../store/guard.ts';
import { openStore } from '../store/open.ts';
import type { StoreOptions } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { newMigratedDatabase, pgliteDirectory, usualDatabase } from './database.ts';
import type { DatabaseKind } from './database.ts';

/** A clock that stands still until it is told to move. */
export type TestClock = {
  readonly now: () => Date;
  readonly set: (at: Date) => void;
  readonly forward: (ms: number) => void;
};

/** A clock at a fixed instant of a working day. */
export function aClock(at = new Date('2026-11-23T09:00:00.000Z')): TestClock {
  let current = at;
  return {
    now: () => current,
    set: (next) => {
      current = next;
    },
    forward: (ms) => {
      current = new Date(current.getTime() + ms);
    },
  };
}

/** A real store of a test, new and its own, in a directory which vanishes with the test file. */
export type TestStore = {
  /** The one that is open now. */
  readonly store: Store;
  readonly clock: TestClock;
  readonly options: StoreOptions;
  /** Closes it and opens it again, as a restart would. */
  readonly reopen: () => Promise<Store>;
};

const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

/** What a store in this directory is opened with; a clock that runs unless another is given. */
export async function storeOptions(
  dataDir: string,
  given: Partial<StoreOptions> = {},
): Promise<StoreOptions> {
  return {
    dataDir,
    timeZone: 'Europe/Berlin',
    recorder: makeRecorder(),
    signer: await loadOrCreateSigner(dataDir),
    now: () => new Date(),
    newId: randomUUID,
    randomBytes,
    ...given,
  };
}

/** Opens a new store on the embedded database or on PostgreSQL, already migrated. */
export async function openTestStore(
  kind: DatabaseKind = usualDatabase,
  given: Partial<StoreOptions> = {},
): Promise<TestStore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fb-data-'));
  const clock = aClock();
  const options = await storeOptions(dataDir, {
    now: clock.now,
    ...(kind === 'postgres' ? { databaseUrl: await newMigratedDatabase() } : {}),
    ...given,
  });
  if (kind === 'pglite') await pgliteDirectory(join(options.dataDir, 'pg'));
  let store = await openStore(options);
  cleanups.push(async () => {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    get store() {
      return store;
    },
    clock,
    options,
    reopen: async () => {
      await store.close();
      store = await openStore(options);
      return store;
    },
  };
}

/** The bare database of a test store, which is closed for it: what somebody with a shell could do. */
export type BareDatabase = {
  readonly run: (statement: SQL) => Promise<void>;
  readonly rows: (query: SQL) => Promise<readonly unknown[]>;
  readonly close: () => Promise<void>;
};

/** Closes the store and opens its database without it. `reopen` the store afterwards. */
export async function openDatabaseOf({ store, options }: TestStore): Promise<BareDatabase> {
  await store.close();
  const bare = await bareDatabase(options);
  return {
    run: async (statement) => {
      await bare.db.execute(statement);
    },
    rows: (query) => rowsOf(bare.db, query),
    close: bare.close,
  };
}

async function bareDatabase({ databaseUrl, dataDir }: StoreOptions) {
  if (databaseUrl !== undefined) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    return { db: drizzle(pool), close: () => pool.end() };
  }
  const lock = await lockDirectory(dataDir);
  const pglite = await PGlite.create({ dataDir: join(dataDir, 'pg'), extensions: { pg_trgm } });
  return {
    db: guardPglite(pglite).db,
    close: async () => {
      await pglite.close();
      await lock.release();
    },
  };
}
