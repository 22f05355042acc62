import { and, desc, eq, inArray, isNotNull, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import type { Db } from './database.ts';
import { planOf } from './plan-parts.ts';
import { isUuid } from './rows.ts';
import type { Plans } from './store.ts';
import { plans } from './tables/plans.ts';

/** Reads of plans that keep a connection frozen, and of those that a freeze ends. */
export function freezesOf(db: Db): Pick<Plans, 'freezing' | 'waitingOn'> {
  return {
    async freezing() {
      const back = alias(plans, 'back');
      const thawed = db
        .select({ id: back.id })
        .from(back)
        .where(
          and(eq(back.undoes, plans.id), inArray(back.state, ['running', 'paused', 'finished'])),
        );
      const rows = await db
        .select()
        .from(plans)
        .where(and(isNotNull(plans.freezes), isNotNull(plans.startedAt), notExists(thawed)))
        .orderBy(desc(plans.startedAt), desc(plans.number));
      return rows.map(planOf);
    },

    async waitingOn(connection) {
      if (!isUuid(connection)) return [];
      const rows = await db
        .select()
        .from(plans)
        .where(
          and(
            inArray(plans.state, ['proposed', 'approved']),
            sql`${plans.connections} @> ${JSON.stringify([{ id: connection }])}::jsonb`,
          ),
        )
        .orderBy(desc(plans.createdAt), desc(plans.number));
      return rows.map(planOf);
    },
  };
}
