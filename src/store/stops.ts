import { and, eq, gte, sql } from 'drizzle-orm';

import { actionOf } from './actions.ts';
import type { Db } from './database.ts';
import { keyRows } from './inventory-rows.ts';
import type { Plans } from './store.ts';
import { actions } from './tables/plans.ts';

/** Reads how executions of workflows were stopped before. */
export function stopsReader(db: Db): Plans['stopsSince'] {
  return async (keys, since) => {
    if (keys.length === 0) return [];
    const rows = await db
      .select()
      .from(actions)
      .where(
        and(
          sql`(${actions.connection}, ${actions.workflow}) in (${keyRows(keys)})`,
          eq(actions.lever, 'stop'),
          gte(actions.requestedAt, since),
        ),
      );
    return rows.map(actionOf);
  };
}
