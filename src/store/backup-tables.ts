import { sql } from 'drizzle-orm';

import type { Db } from './database.ts';
import { rowsOf } from './database.ts';

/** A table of ours as it is in the database: what a backup copies. */
export type BackupTable = {
  readonly name: string;
  /** Those that a row can be inserted with, in their order. */
  readonly columns: readonly string[];
};

/**
 * Every table of ours, each after those it refers to.
 *
 * Asked of the database itself, so that no table can be forgotten, and a database of an older
 * version is backed up as it is.
 */
export async function tablesInOrder(db: Db): Promise<readonly BackupTable[]> {
  const tables = await rowsOf<BackupTable>(
    db,
    sql`select c.relname as name, array_to_json(array_agg(a.attname order by a.attnum)) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      group by c.relname order by c.relname`,
  );
  const references = await rowsOf<{ from: string; to: string }>(
    db,
    sql`select conrelid::regclass::text as from, confrelid::regclass::text as to
      from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`,
  );
  const ordered: BackupTable[] = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const free = [...left.values()].filter(
      ({ name }) => !references.some(({ from, to }) => from === name && left.has(to)),
    );
    if (free.length === 0) throw new Error('The tables refer to each other in a circle.');
    for (const table of free) {
      ordered.push(table);
      left.delete(table.name);
    }
  }
  return ordered;
}

/** Names of tables that hold rows, those of the job queue too. */
export async function filledTables(db: Db): Promise<readonly string[]> {
  const [queue] = await rowsOf<{ is: boolean }>(
    db,
    sql`select to_regclass('pgboss.job') is not null as is`,
  );
  const names = [
    ...(await tablesInOrder(db)).map(({ name }) => ['public', name] as const),
    ...(queue?.is === true ? [['pgboss', 'job'] as const] : []),
  ];
  const filled: string[] = [];
  for (const [schema, name] of names) {
    const [row] = await rowsOf<{ is: boolean }>(
      db,
      sql`select exists (
        select 1 from ${sql.identifier(schema)}.${sql.identifier(name)}) as is`,
    );
    if (row?.is === true) filled.push(name);
  }
  return filled;
}

/** Lets every counting column go on after the highest value that was put into it. */
export async function restartSequences(tx: Db): Promise<void> {
  const columns = await rowsOf<{ table: string; column: string; sequence: string }>(
    tx,
    sql`select c.relname as table, a.attname as column,
        pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
        and not a.attisdropped
        and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null`,
  );
  for (const { table, column, sequence } of columns) {
    const highest = sql`select max(${sql.identifier(column)}) from ${sql.identifier(table)}`;
    await tx.execute(
      sql`select setval(${sequence}::regclass, coalesce((${highest}), 0) + 1, false)`,
    );
  }
}
