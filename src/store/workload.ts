import { sql } from 'drizzle-orm';

import type { ChatSurface } from '../domain/heard.ts';
import type { Workload } from '../domain/workload.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import { isInstalled } from './jobs.ts';

/** One row of the count: which of the lists it belongs to, and by what it is told apart there. */
type Row = {
  readonly list: 'heard' | 'outgoing' | 'jobs' | 'incidents' | 'running' | 'proposed';
  readonly of: string;
  readonly waiting: number;
  readonly running: number;
  readonly oldest: string | null;
};

/** Counts what waits and what is under way, in one statement, and so at one instant. */
export async function workload(db: Db, now: Date): Promise<Workload> {
  const rows = await rowsOf<Row>(
    db,
    sql`select 'heard' as list, '' as of, count(*)::int as waiting, 0 as running,
          min(at)::text as oldest
        from heard where answered_at is null
          and (taken_by is not null or taken_until <= ${now.toISOString()}::timestamptz)
      union all
      select 'outgoing', surface, count(*)::int, 0, min(stored_at)::text
        from outgoing where sent_at is null and dropped is null group by surface
      union all
      select 'incidents', '', count(*)::int, 0, null from incidents where closed_at is null
      union all
      select case state when 'running' then 'running' else 'proposed' end, '', count(*)::int, 0, null
        from plans where state = 'running'
          or (state = 'proposed' and approvals_needed > 0
            and expires_at > ${now.toISOString()}::timestamptz)
        group by 1`,
  );
  const jobs = await jobsIn(db);
  const of = (list: Row['list']) => rows.filter((row) => row.list === list);
  const count = (list: Row['list']) => of(list)[0]?.waiting ?? 0;
  return {
    heard: waitsOf(of('heard')[0]),
    // The column holds names of surfaces alone.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    outgoing: of('outgoing').map((row) => ({ surface: row.of as ChatSurface, ...waitsOf(row) })),
    jobs: jobs.map((row) => ({ kind: row.of, running: row.running, ...waitsOf(row) })),
    incidentsOpen: count('incidents'),
    plansRunning: count('running'),
    plansProposed: count('proposed'),
  };
}

async function jobsIn(db: Db): Promise<readonly Omit<Row, 'list'>[]> {
  if (!(await isInstalled(db))) return [];
  return await rowsOf(
    db,
    sql`select name as of, count(*) filter (where state in ('created', 'retry'))::int as waiting,
        count(*) filter (where state = 'active')::int as running,
        (min(greatest(created_on, start_after)) filter (where state in ('created', 'retry')))::text
          as oldest
      from pgboss.job
      where state = 'active' or (state in ('created', 'retry') and start_after <= now())
      group by name order by name`,
  );
}

function waitsOf(row: Pick<Row, 'waiting' | 'oldest'> | undefined) {
  const { waiting, oldest } = row ?? { waiting: 0, oldest: null };
  return { waiting, ...(oldest === null ? {} : { oldestAt: new Date(oldest) }) };
}
