import { fdatasyncSync } from 'node:fs';
import { access, chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';

import type { Db } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { unlessDiskFull } from './disk-full.ts';
import type { GuardedPglite } from './guard.ts';
import { guardPglite } from './guard.ts';
import { Precedence } from './precedence.ts';

/** WAL since the last checkpoint after which the next one is due, in bytes. */
const walLimitBytes = 16 * 1024 * 1024;
/** How many queries pass between two looks at the WAL. */
const walLookEvery = 2_000;

/** The database inside this process, with its directory for itself. */
export type Embedded = {
  readonly guarded: GuardedPglite;
  readonly precedence: Precedence;
  /**
   * CHECKPOINT and VACUUM, which a single-user PostgreSQL never does by itself. To be called every
   * few minutes; it also happens on its own when much was written.
   */
  readonly maintain: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * Opens the embedded database in `dataDir/pg`.
 *
 * The first time it is built beside and renamed when it is whole, so that a start which was killed
 * leaves nothing that looks like a database.
 *
 * @param prepare what makes a new database usable: its migrations
 * @param warn    told when housekeeping fails; the database goes on
 * @throws UserError `conflict` when another process has the directory; `not_ready` when the disk is
 *   full
 */
export async function openEmbedded(
  dataDir: string,
  prepare: (db: Db) => Promise<void>,
  warn: (message: string, error: unknown) => void,
): Promise<Embedded> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Data files are created for everyone to read and write; the directory keeps them shut.
  await chmod(dataDir, 0o700);
  const lock = await lockDirectory(dataDir);
  try {
    const dir = join(dataDir, 'pg');
    if (!(await exists(dir))) await build(dir, prepare);
    const pglite = await start(dir);
    const housekeeping = new Housekeeping(pglite, warn);
    const precedence = new Precedence();
    const guarded = guardPglite(pglite, () => housekeeping.countQuery(), precedence);
    return {
      guarded,
      precedence,
      maintain: () => housekeeping.maintain(),
      close: async () => {
        try {
          await housekeeping.settled();
          await pglite.close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw unlessDiskFull(error, dataDir);
  }
}

async function build(dir: string, prepare: (db: Db) => Promise<void>): Promise<void> {
  const draft = `${dir}.tmp`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  try {
    const pglite = await start(draft);
    try {
      await prepare(guardPglite(pglite).db);
      await pglite.exec('checkpoint');
    } finally {
      await pglite.close();
    }
    await syncTree(draft);
    await rename(draft, dir);
    await syncOne(join(dir, '..'));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/**
 * PGlite runs without fsync, and its file layer turns the call into nothing. Here the WAL is opened
 * for synchronous writes, and what a checkpoint writes is really synced, so that an acknowledged
 * event outlives a power cut.
 */
async function start(dir: string): Promise<PGlite> {
  const pglite = await PGlite.create({
    dataDir: dir,
    extensions: { pg_trgm },
    startParams: [
      ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
      '-c',
      'wal_sync_method=open_datasync',
    ],
  });
  syncDataFiles(pglite);
  return pglite;
}

type Stream = { readonly nfd?: number };
type StreamOps = { fsync?: (stream: Stream) => number };

/** The file layer's own `fsync` does nothing; it is shared by all files, so one replacement serves. */
function syncDataFiles(pglite: PGlite): void {
  const found: unknown = pglite.Module.FS.lookupPath('/pglite/data/PG_VERSION', {});
  const ops = streamOpsOf(found);
  if (ops === undefined)
    throw new Error('The embedded database has another file layer than known.');
  ops.fsync = ({ nfd }) => {
    if (nfd !== undefined) fdatasyncSync(nfd);
    return 0;
  };
}

function streamOpsOf(found: unknown): StreamOps | undefined {
  const node = property(found, 'node');
  const ops = property(node, 'stream_ops');
  return typeof ops === 'object' && ops !== null ? ops : undefined;
}

function property(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined;
}

class Housekeeping {
  readonly #pglite: PGlite;
  readonly #warn: (message: string, error: unknown) => void;
  #queries = 0;
  #checkpointAt: string | undefined;
  #running: Promise<void> | undefined;

  constructor(pglite: PGlite, warn: (message: string, error: unknown) => void) {
    this.#pglite = pglite;
    this.#warn = warn;
  }

  maintain(): Promise<void> {
    this.#running ??= this.#maintain().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Called after each query, also inside transactions; what follows waits for its turn. */
  countQuery(): void {
    this.#queries += 1;
    if (this.#queries % walLookEvery !== 0 || this.#running !== undefined) return;
    this.#running = this.#maintainWhenDue()
      .catch((error: unknown) => {
        this.#warn('Housekeeping of the embedded database failed', error);
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async settled(): Promise<void> {
    await this.#running;
  }

  async #maintainWhenDue(): Promise<void> {
    this.#checkpointAt ??= await this.#position();
    const { rows } = await this.#pglite.query<{ bytes: number }>(
      'select pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)::float8 as bytes',
      [this.#checkpointAt],
    );
    if ((rows[0]?.bytes ?? 0) >= walLimitBytes) await this.#maintain();
  }

  async #maintain(): Promise<void> {
    await this.#pglite.query('vacuum (analyze)');
    await this.#pglite.query('checkpoint');
    this.#checkpointAt = await this.#position();
  }

  async #position(): Promise<string | undefined> {
    const { rows } = await this.#pglite.query<{ at: string }>(
      'select pg_current_wal_lsn()::text as at',
    );
    return rows[0]?.at;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function syncTree(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncOne(path);
  }
  await syncOne(dir);
}

async function syncOne(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
