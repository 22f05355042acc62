import { sql } from 'drizzle-orm';

import type { Db } from './database.ts';
import { counters } from './tables/incidents.ts';

/**
 * Takes the next `count` numbers of a counter and answers the first of them, from 1.
 *
 * The row stays locked until the transaction ends, so a rolled back one leaves no gap.
 */
export async function nextNumber(tx: Db, name: string, count = 1): Promise<number> {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError('Take at least one number.');
  const [row] = await tx
    .insert(counters)
    .values({ name, value: count })
    .onConflictDoUpdate({
      target: counters.name,
      set: { value: sql`${counters.value} + ${count}` },
    })
    .returning({ value: counters.value });
  if (row === undefined) throw new Error(`The counter ${name} gave no number.`);
  return row.value - count + 1;
}
