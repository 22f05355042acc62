import { isAbsolute, join } from 'node:path';

import { UserError } from '../errors.ts';
import type { Recorder, Signer } from '../record/record.ts';
import { makeAppender } from './appender.ts';
import { writeBackup } from './backup.ts';
import { connectionsStore } from './connections.ts';
import { clockAheadMs } from './database-clock.ts';
import type { Db, RunNamed } from './database.ts';
import { rowsOf } from './database.ts';
import { unlessDiskFull } from './disk-full.ts';
import { drillsStore } from './drills.ts';
import { openEmbedded } from './embedded.ts';
import { evidenceStore } from './evidence.ts';
import { factorsStore } from './factors.ts';
import { withoutValues, withoutValuesIn } from './failure.ts';
import { hasInstance, openInstance } from './first-start.ts';
import { incidentsStore } from './incidents.ts';
import { inventoryStore } from './inventory.ts';
import type { JobDatabase } from './jobs.ts';
import { jobStore } from './jobs.ts';
import { freeLeftBehind } from './left-behind.ts';
import { lockoutsStore } from './lockouts.ts';
import {
  applyMigrations,
  migrationState,
  shippedMigrations,
  upgraded,
  upgradeFailed,
} from './migrate.ts';
import type { MigrationState } from './migrate.ts';
import { noticesStore } from './notices.ts';
import { chatsIn } from './open-chats.ts';
import { peopleStore } from './people.ts';
import { plansStore } from './plans.ts';
import { connectPostgres } from './postgres.ts';
import type { Precedence } from './precedence.ts';
import { providersStore } from './providers.ts';
import { revocationsStore } from './revocations.ts';
import { runbookRunsStore } from './runbooks.ts';
import { save } from './save.ts';
import { scopeStore } from './scope.ts';
import type { SealingKeySource } from './seal.ts';
import { fingerprintWith, loadOrCreateSealingKey, loadSealingKey, makeSealer } from './seal.ts';
import { securityRequestsStore } from './security-requests.ts';
import { sessionsStore } from './sessions.ts';
import type { Backup, Store } from './store.ts';
import { timelineStore } from './timeline.ts';
import { watchStore } from './watch.ts';
import { workload } from './workload.ts';

/** Numbers of migrations, and the file that holds what was there before. */
export type Upgrade = { readonly from: number; readonly to: number; readonly backup: string };

export type StoreOptions = {
  /** Absolute path. Keys live here, and the embedded database. */
  readonly dataDir: string;
  /** PostgreSQL; without it the embedded database in `dataDir/pg`. */
  readonly databaseUrl?: string;
  /** IANA zone of a new instance; an existing one keeps its own. */
  readonly timeZone: string;
  /** Name of a new instance's first admin. */
  readonly operatorName?: string;
  readonly recorder: Recorder;
  readonly signer: Signer;
  /** 32 bytes in base64; without it the key is a file in `dataDir`, made at the first start. */
  readonly sealingKey?: string;
  readonly now: () => Date;
  /** A UUID. */
  readonly newId: () => string;
  readonly randomBytes: (size: number) => Uint8Array;
  /** Takes known secrets out of what is recorded. */
  readonly redact?: (text: string) => string;
  readonly migrationsDir?: string;
  /** Told of trouble in the background that the store survives. */
  readonly warn?: (message: string, error: unknown) => void;
  /** Told of what was done to the database although nobody asked for it. */
  readonly tell?: (message: string, fields: Upgrade) => void;
};

/**
 * Opens the one place that keeps state, and makes it at the first start.
 *
 * @throws UserError `conflict` when another process has the embedded database, `not_ready` when
 *   the database cannot be reached, needs `firebreak migrate`, or was made with another key
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (!isAbsolute(options.dataDir)) {
    throw new RangeError('The data directory is an absolute path.');
  }
  // Before the database is opened: a wrong key setting costs nothing then.
  const key = await sealingKeyOf(options);
  const database = await openDatabase(options);
  try {
    return await withoutValuesIn(() => assemble(options, key, database));
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Brings the database to this version and answers how many migrations that took.
 *
 * @throws UserError as `openStore`
 */
export async function migrate(options: Schema & Pick<StoreOptions, 'warn'>): Promise<number> {
  const { databaseUrl, migrationsDir = shippedMigrations } = options;
  if (databaseUrl === undefined) {
    const opened = await openEmbedded(options.dataDir, async () => {}, options.warn ?? ignore);
    try {
      return await withoutValuesIn(async () => {
        const state = await migrationState(opened.guarded.db, migrationsDir);
        return bringUp(options, opened.guarded.db, state);
      });
    } finally {
      await opened.close();
    }
  }
  const { db, close } = await connectPostgres(databaseUrl, options.warn ?? ignore);
  try {
    return await withoutValuesIn(async () =>
      bringUp(options, db, await migrationState(db, migrationsDir)),
    );
  } finally {
    await close();
  }
}

/** What it takes to bring a database to this version. */
type Schema = Pick<
  StoreOptions,
  'dataDir' | 'databaseUrl' | 'migrationsDir' | 'sealingKey' | 'now' | 'tell'
>;

type OpenDatabase = {
  readonly db: Db;
  readonly jobsIn: JobDatabase;
  readonly runNamed: RunNamed;
  readonly precedence: Precedence;
  readonly assertOutside: () => void;
  readonly maintain: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const ignore = () => {};

async function openDatabase(options: StoreOptions): Promise<OpenDatabase> {
  const { databaseUrl, migrationsDir = shippedMigrations, warn = ignore } = options;
  if (databaseUrl === undefined) {
    const prepare = async (db: Db) => {
      await applyMigrations(db, migrationsDir);
    };
    const opened = await openEmbedded(options.dataDir, prepare, warn);
    const { guarded, precedence, maintain, close } = opened;
    const { db, assertOutside } = guarded;
    const runNamed: RunNamed = (_name, statement) => rowsOf(db, statement);
    const jobsIn = { pglite: guarded };
    return { db, jobsIn, runNamed, precedence, assertOutside, maintain, close };
  }
  const postgres = await connectPostgres(databaseUrl, warn);
  return {
    ...postgres,
    jobsIn: { databaseUrl },
    assertOutside: () => {},
    maintain: async () => {},
  };
}

/** Brings the database to where a store may be opened in it. */
async function makeReady(options: Schema, db: Db): Promise<void> {
  await prepareSchema(options, db);
  if (options.databaseUrl === undefined) await freeLeftBehind(db, options.now());
}

async function prepareSchema(options: Schema, db: Db): Promise<void> {
  const dir = options.migrationsDir ?? shippedMigrations;
  const state = await migrationState(db, dir);
  if (state.newer) {
    throw new UserError('not_ready', 'A newer Firebreak has used this database.', {
      hint: 'Start that version, or restore the backup made before the upgrade.',
    });
  }
  if (state.pending === 0) return;
  if (options.databaseUrl !== undefined && !state.fresh) {
    throw new UserError('not_ready', `The database needs ${state.pending} migration(s) first.`, {
      hint: 'Make a backup, then run: npm run -s firebreak -- migrate',
    });
  }
  await bringUp(options, db, state);
}

/** @throws UserError `not_ready` naming the backup, when the database stays as it was */
async function bringUp(options: Schema, db: Db, state: MigrationState): Promise<number> {
  const backup = await backUpFirst(options, db, state);
  try {
    const dir = options.migrationsDir ?? shippedMigrations;
    const count = await withoutValuesIn(() => applyMigrations(db, dir));
    const from = state.applied;
    if (backup !== undefined) options.tell?.(upgraded, { from, to: from + count, backup });
    return count;
  } catch (error) {
    throw state.fresh ? error : upgradeFailed(unlessDiskFull(error, options.dataDir), backup);
  }
}

/**
 * Backs a PostgreSQL up without opening it as a store: also one that waits for its migrations.
 *
 * @throws UserError as `openStore`, and `conflict` when the file exists already
 */
export async function backUpStore(
  options: Pick<StoreOptions, 'dataDir' | 'sealingKey' | 'warn'> & { readonly databaseUrl: string },
  path: string,
  now: Date,
): Promise<Backup> {
  const key = await sealingKeyOf(options);
  if (key === undefined) throw keyMissing(options.dataDir);
  const { db, close } = await connectPostgres(options.databaseUrl, options.warn ?? ignore);
  try {
    return await withoutValuesIn(() => writeBackup(db, path, { key, now }));
  } finally {
    await close();
  }
}

/** An embedded database is backed up before it is changed, since nobody else would; where to. */
async function backUpFirst(
  options: Schema,
  db: Db,
  state: MigrationState,
): Promise<string | undefined> {
  const isOld = !state.fresh && !state.newer && state.pending > 0;
  if (options.databaseUrl !== undefined || !isOld || !(await hasInstance(db))) return undefined;
  const key = await sealingKeyOf(options);
  if (key === undefined) throw keyMissing(options.dataDir);
  const path = join(options.dataDir, `before-migration-${state.applied}`);
  for (let copy = 1; ; copy += 1) {
    try {
      const name = copy === 1 ? `${path}.backup` : `${path}-${copy}.backup`;
      await writeBackup(db, name, { key, now: options.now() });
      return name;
    } catch (error) {
      // One that is there already was made before an upgrade that was taken back.
      if (!(error instanceof UserError) || error.code !== 'conflict') throw error;
    }
  }
}

/**
 * The encryption key of this installation, or undefined when it has none yet.
 *
 * @throws UserError when the setting is no key, or the file is one that others may read
 */
export function sealingKeyOf(
  options: Pick<StoreOptions, 'dataDir' | 'sealingKey'>,
): Promise<Uint8Array | undefined> {
  return loadSealingKey(keySource(options));
}

function keyMissing(dataDir: string): UserError {
  return new UserError('not_ready', `The encryption key is missing in ${dataDir}.`, {
    hint: 'Put back secret.key from your backup, or give the key as a setting.',
  });
}

function keySource({
  sealingKey,
  dataDir,
}: Pick<StoreOptions, 'dataDir' | 'sealingKey'>): SealingKeySource {
  return sealingKey === undefined ? { dir: dataDir } : { base64: sealingKey };
}

/** A key is made for a new instance only: beside an old one it would look like the right one. */
async function firstKey(options: StoreOptions, db: Db): Promise<Uint8Array> {
  if (await hasInstance(db)) {
    // Whoever started together with us made the key before the instance: look once more.
    const made = await loadSealingKey(keySource(options));
    if (made !== undefined) return made;
    throw keyMissing(options.dataDir);
  }
  return loadOrCreateSealingKey(keySource(options), options.randomBytes);
}

async function assemble(
  options: StoreOptions,
  key: Uint8Array | undefined,
  { db, jobsIn, runNamed, precedence, assertOutside, maintain, close }: OpenDatabase,
): Promise<Store> {
  await makeReady(options, db);
  const sealingKey = key ?? (await firstKey(options, db));
  const sealer = makeSealer(sealingKey, options.randomBytes);
  const { recorder, signer, now, newId, randomBytes, warn = ignore } = options;
  const redact = options.redact ?? ((text: string) => text);
  const hands = { recorder, signer, now, newId, randomBytes, redact };
  const instance = await openInstance(db, {
    scribe: hands,
    sealer,
    timeZone: options.timeZone,
    operatorName: options.operatorName ?? 'Local operator',
  });
  const scribe = { ...hands, instanceId: instance.id };
  const jobs = jobStore(db, jobsIn, warn);
  const { append, settled } = makeAppender({ db, runNamed, scribe, assertOutside });
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    try {
      await jobs.stop();
      await settled();
    } finally {
      await close();
    }
  };
  return {
    instance,
    people: withoutValues(peopleStore(db)),
    incidents: withoutValues(incidentsStore(db)),
    timeline: withoutValues(timelineStore(db, scribe)),
    connections: withoutValues(connectionsStore(db, sealer, instance.id)),
    inventory: withoutValues(inventoryStore(db)),
    scope: withoutValues(scopeStore(db)),
    drills: withoutValues(drillsStore(db)),
    plans: withoutValues(plansStore(db)),
    watch: withoutValues(watchStore(db)),
    providers: withoutValues(providersStore(db, sealer, instance.id)),
    revocations: withoutValues(revocationsStore(db)),
    lockouts: withoutValues(lockoutsStore(db)),
    runbookRuns: withoutValues(runbookRunsStore(db)),
    evidence: withoutValues(evidenceStore(db, sealer, instance.id)),
    sessions: withoutValues(sessionsStore(db)),
    securityRequests: withoutValues(securityRequestsStore(db, sealer, instance.id)),
    notices: withoutValues(noticesStore(db)),
    ...chatsIn({ db, runNamed, precedence, sealer, instanceId: instance.id }),
    factors: withoutValues(factorsStore(db, sealer, instance.id)),
    jobs: withoutValues(jobs),
    save: (change) => withoutValuesIn(() => save({ db, scribe, sealer, jobs, append }, change)),
    fingerprint: fingerprintWith(sealingKey),
    backup: (path) => withoutValuesIn(() => writeBackup(db, path, { key: sealingKey, now: now() })),
    workload: () => withoutValuesIn(() => workload(db, now())),
    clockAheadMs: () => withoutValuesIn(() => clockAheadMs(db, now)),
    maintain,
    close: () => (closing ??= closeAll()),
  };
}
