import { createHash } from 'node:crypto';

import { SQL, is, sql } from 'drizzle-orm';
import { PgBoss, fromDrizzle, fromPglite } from 'pg-boss';
import type { ConstructorOptions, Job, JobResult, Queue } from 'pg-boss';

import { PlatformError, UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import type { GuardedPglite } from './guard.ts';
import type { JobData, JobKind, JobState, JobStore, NewJob } from './store.ts';

const kinds = [
  'sync',
  'contain',
  'snapshot',
  'watch',
  'drill',
  'room',
  'furnish',
  'copy',
] as const satisfies readonly JobKind[];

/**
 * A handler may run for hours (verification of slow platforms); that its process is alive is told
 * by the heartbeat, not by an expiry.
 */
const queueSettings = {
  notify: true,
  heartbeatSeconds: 10,
  expireInSeconds: 6 * 3600,
  retryLimit: 50,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  retentionSeconds: 60 * 24 * 3600,
  deleteAfterSeconds: 14 * 24 * 3600,
} as const satisfies Omit<Queue, 'name'>;

/** A look that is due every minute is neither tried for long nor kept for long. */
const watchSettings = { ...queueSettings, retryLimit: 2, deleteAfterSeconds: 3_600 } as const;

function settingsOf(kind: JobKind): Omit<Queue, 'name'> {
  return kind === 'watch' ? watchSettings : queueSettings;
}

const pollSeconds = 2;
const stopMs = 10_000;

/** Where jobs live: the guarded embedded database, or PostgreSQL with connections of its own. */
export type JobDatabase = { readonly pglite: GuardedPglite } | { readonly databaseUrl: string };

/** The job store with what only the store itself may do: enqueue in its transactions, and stop. */
export type OwnJobs = JobStore & {
  /** To be awaited before the transaction in which jobs are enqueued: it may create tables. */
  readonly ready: () => Promise<void>;
  readonly enqueue: (tx: Db, jobs: readonly NewJob[]) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/**
 * Durable work on pg-boss, which is started when the first job is enqueued or taken, so that a
 * command line call which only reads does not pay for it.
 *
 * @param warn told when pg-boss has trouble in the background; it goes on by itself
 */
export function jobStore(
  db: Db,
  where: JobDatabase,
  warn: (message: string, error: unknown) => void,
): OwnJobs {
  const closing = new AbortController();
  const working = new Set<JobKind>();
  let starting: Promise<PgBoss> | undefined;
  const boss = () => {
    if (closing.signal.aborted) throw new Error('The store is closed.');
    starting ??= startBoss(where, warn).catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };

  return {
    async ready() {
      await boss();
    },

    async enqueue(tx, jobs) {
      if (jobs.length === 0) return;
      const started = await boss();
      for (const { kind, id, data, ...rest } of jobs) {
        const startAfter = 'notBefore' in rest ? rest.notBefore : undefined;
        await started.send(kind, data, {
          id: jobId(kind, id),
          db: fromDrizzle(transactionOf(tx), sql),
          ...(startAfter === undefined ? {} : { startAfter }),
        });
      }
    },

    async work(kind, { atOnce }, handler) {
      const started = await boss();
      working.add(kind);
      const workers: string[] = [];
      const run = async (jobs: Job<JobData<typeof kind>>[]): Promise<JobResult[]> => {
        const results = await Promise.all(jobs.map((job) => settle(job, handler, closing.signal)));
        // A worker with one job at a time would sleep until its next poll before it looks again.
        for (const worker of workers) started.notifyWorker(worker);
        return results;
      };
      for (let worker = 0; worker < atOnce; worker += 1) {
        workers.push(await started.work(kind, workSettings, run));
      }
    },

    state: (kind, id) => stateOf(db, kind, jobId(kind, id)),

    failedLooks: () => failedLooks(db),

    async requeueOrphans() {
      if ('databaseUrl' in where) return;
      if (working.size > 0) throw new Error('Orphans are put back before work is taken up.');
      await putBack(db);
    },

    async stop() {
      closing.abort(new Error('Firebreak is stopping.'));
      const started = await starting?.catch(() => undefined);
      await started?.stop({ graceful: true, timeout: stopMs });
    },
  };
}

/** Jobs that a process left running are waiting again, without the wait for a missing heartbeat. */
async function putBack(db: Db): Promise<void> {
  if (!(await isInstalled(db))) return;
  await db.execute(sql`update pgboss.job
    set state = 'created', started_on = null, heartbeat_on = null
    where state = 'active' and name in ${kinds}`);
}

/** Our transaction in the shape that pg-boss asks for. */
function transactionOf(tx: Db): Parameters<typeof fromDrizzle>[0] {
  return {
    async execute(query) {
      if (!is(query, SQL)) throw new TypeError('pg-boss gave something that is no statement.');
      return { rows: [...(await rowsOf(tx, query))] };
    },
  };
}

/**
 * One job at a time for each worker, so that a short one never waits for a long one that happened
 * to be fetched with it.
 */
const workSettings = {
  batchSize: 1,
  perJobResults: true,
  pollingIntervalSeconds: pollSeconds,
  notifyPollingIntervalSeconds: pollSeconds,
} as const;

async function settle<Data>(
  job: Job<Data>,
  handler: (data: Data, signal: AbortSignal) => Promise<void>,
  closing: AbortSignal,
): Promise<JobResult> {
  try {
    await handler(job.data, AbortSignal.any([job.signal, closing]));
    return { id: job.id, status: 'completed' };
  } catch (error) {
    return { id: job.id, status: 'failed', output: { sentence: safeSentence(error) } };
  }
}

/** Errors of ours are written for people; what anything else says may hold a secret. */
function safeSentence(error: unknown): string {
  if (error instanceof UserError || error instanceof PlatformError) return error.message;
  return `Something unexpected failed (${error instanceof Error ? error.name : 'no error'}).`;
}

async function startBoss(
  where: JobDatabase,
  warn: (message: string, error: unknown) => void,
): Promise<PgBoss> {
  const connection: ConstructorOptions =
    'pglite' in where
      ? { db: fromPglite(where.pglite), backend: 'pglite' }
      : { connectionString: where.databaseUrl, max: 4, application_name: 'firebreak-jobs' };
  const boss = new PgBoss({
    ...connection,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    queueCacheIntervalSeconds: 5,
  });
  boss.on('error', (error) => warn('The job queue had trouble and goes on', error));
  await boss.start();
  await ensureQueues(boss);
  return boss;
}

async function ensureQueues(boss: PgBoss): Promise<void> {
  const existing = await boss.getQueues([...kinds]);
  for (const kind of kinds) {
    const settings = settingsOf(kind);
    const queue = existing.find(({ name }) => name === kind);
    if (queue === undefined) {
      await boss.createQueue(kind, settings);
    } else if (Object.entries(settings).some(([key, value]) => own(queue, key) !== value)) {
      await boss.updateQueue(kind, settings);
    }
    // Enqueueing inside a transaction must find the queue in pg-boss's cache: looking it up there
    // would use the database itself, which waits for ever on the embedded one.
    await boss.findJobs(kind, { id: jobId(kind, '') });
  }
}

function own(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/** The same job always has the same id, a UUID as pg-boss wants it. */
function jobId(kind: JobKind, id: string): string {
  const hex = createHash('sha256').update(`firebreak-job-v1\n${kind}\n${id}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** False until the first job of an instance. */
export async function isInstalled(db: Db): Promise<boolean> {
  const [found] = await rowsOf<{ is: boolean }>(
    db,
    sql`select to_regclass('pgboss.job') is not null as is`,
  );
  return found?.is === true;
}

const states: Readonly<Record<string, JobState['state']>> = {
  created: 'waiting',
  retry: 'waiting',
  active: 'running',
  completed: 'done',
  cancelled: 'failed',
  failed: 'failed',
};

/** Read directly: asking pg-boss would start it. */
async function stateOf(db: Db, kind: JobKind, id: string): Promise<JobState | undefined> {
  if (!(await isInstalled(db))) return undefined;
  const [found] = await rowsOf<{ state: string; sentence: string | null }>(
    db,
    sql`select state::text as state, output ->> 'sentence' as sentence
      from pgboss.job where name = ${kind} and id = ${id}::uuid`,
  );
  const state = states[found?.state ?? ''];
  if (found === undefined || state === undefined) return undefined;
  return { state, ...(found.sentence === null ? {} : { lastError: found.sentence }) };
}

/** One that succeeded since counts before one that goes on being tried. */
async function failedLooks(db: Db): Promise<ReadonlyMap<string, string>> {
  if (!(await isInstalled(db))) return new Map();
  const rows = await rowsOf<{ connection: string; sentence: string }>(
    db,
    sql`select distinct on (data ->> 'connection')
        data ->> 'connection' as connection, output ->> 'sentence' as sentence
      from pgboss.job as tried
      where name = 'sync' and state = 'retry' and not blocked and output ->> 'sentence' is not null
        and not exists (select from pgboss.job as later
          where later.name = 'sync' and later.state = 'completed'
            and later.data ->> 'connection' = tried.data ->> 'connection'
            and later.started_on > tried.started_on)
      order by data ->> 'connection', started_on desc`,
  );
  return new Map(rows.map(({ connection, sentence }) => [connection, sentence]));
}
