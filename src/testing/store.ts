import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { loadOrCreateSigner } from '../record/keys.ts';
import { makeRecorder } from '../record/recorder.ts';
import { openStore } from '../store/open.ts';
import type { StoreOptions } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { newMigratedDatabase, pgliteDirectory } from './database.ts';
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

/** Opens a new store on the embedded database or on PostgreSQL, already migrated. */
export async function openTestStore(
  kind: DatabaseKind = 'pglite',
  given: Partial<StoreOptions> = {},
): Promise<TestStore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fb-data-'));
  const clock = aClock();
  const options: StoreOptions = {
    dataDir,
    timeZone: 'Europe/Berlin',
    recorder: makeRecorder(),
    signer: await loadOrCreateSigner(dataDir),
    now: clock.now,
    newId: randomUUID,
    randomBytes,
    ...(kind === 'postgres' ? { databaseUrl: await newMigratedDatabase() } : {}),
    ...given,
  };
  if (kind === 'pglite') await pgliteDirectory(join(options.dataDir, 'pg'));
  let store = await openStore(options);
  cleanups.push(async () => {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    store,
    clock,
    options,
    reopen: async () => {
      await store.close();
      store = await openStore(options);
      return store;
    },
  };
}
