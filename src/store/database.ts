import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** The database or a transaction on it: embedded or PostgreSQL, the code above cannot tell. */
export type Db = PgDatabase<PgQueryResultHKT>;

/**
 * Rows of a statement that the query builder cannot say.
 *
 * The two drivers disagree on raw types (`count(*)` is a number here and a string there), so cast
 * in SQL: `::int`, `::text`. Instants come as text.
 */
export async function rowsOf<Row>(db: Db, query: SQL): Promise<readonly Row[]> {
  // Both drivers answer `{ rows }`, which drizzle's shared type does not say; `Row` is the caller's word.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const result = (await db.execute(query)) as { readonly rows: readonly Row[] };
  return result.rows;
}

/**
 * A statement that is often run and commits by itself. Under its name PostgreSQL keeps it parsed and
 * planned for each connection, so its text must never change.
 */
export type RunNamed = <Row>(name: string, statement: SQL) => Promise<readonly Row[]>;

/** The database's own clock, in ms since 1970. */
export const databaseClockMs: SQL = sql`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** SQLSTATE codes that have a meaning for callers. */
export const sqlStates = {
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  refused: '42501',
  deadlock: '40P01',
  serialization: '40001',
} as const;

export type DatabaseFailure = { readonly code: string; readonly constraint: string | undefined };

/** What the database itself said, however deep drizzle and the driver have wrapped it. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  for (let cause = error, depth = 0; depth < 5 && cause instanceof Error; depth += 1) {
    const code = errorCode(cause);
    if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
      const constraint: unknown = 'constraint' in cause ? cause.constraint : undefined;
      return { code, constraint: typeof constraint === 'string' ? constraint : undefined };
    }
    cause = cause.cause;
  }
  return undefined;
}

/** The name of the unique index or constraint that an insert or update ran into. */
export function violatedConstraint(error: unknown): string | undefined {
  const failure = databaseFailure(error);
  return failure?.code === sqlStates.uniqueViolation ? failure.constraint : undefined;
}

/** The `code` that Node and the drivers put on their errors. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
