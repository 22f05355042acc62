import { sql } from 'drizzle-orm';

import type { Db } from './database.ts';
import { databaseClockMs, rowsOf } from './database.ts';

/** The database's clock minus ours, in ms; half of the way there and back is taken off. */
export async function clockAheadMs(db: Db, now: () => Date): Promise<number> {
  const before = now().getTime();
  const [row] = await rowsOf<{ ms: number }>(db, sql`select ${databaseClockMs}::float8 as ms`);
  if (row === undefined) throw new Error('The database did not tell its time.');
  return Math.round(row.ms - (before + now().getTime()) / 2);
}
