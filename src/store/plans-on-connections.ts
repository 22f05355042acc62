import type { SQL } from 'drizzle-orm';
import { and, desc, eq, gte, inArray, isNotNull, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import type { Db } from './database.ts';
import { planOf } from './plan-parts.ts';
import { isUuid } from './rows.ts';
import type { Plans } from './store.ts';
import { plans } from './tables/plans.ts';

/** Reads of plans by the connection that they touch. */
export function plansOnConnections(db: Db): Pick<Plans, 'freezing' | 'waitingOn' | 'startedOn'> {
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

    async startedOn(connection, since) {
      if (!isUuid(connection)) return [];
      const rows = await db
        .select()
        .from(plans)
        .where(
          and(
            inArray(plans.purpose, ['contain', 'mute']),
            gte(plans.startedAt, since),
            on(connection),
          ),
        )
        .orderBy(desc(plans.startedAt), desc(plans.number));
      return rows.map(planOf);
    },

    async waitingOn(connection) {
      if (!isUuid(connection)) return [];
      const rows = await db
        .select()
        .from(plans)
        .where(and(inArray(plans.state, ['proposed', 'approved']), on(connection)))
        .orderBy(desc(plans.createdAt), desc(plans.number));
      return rows.map(planOf);
    },
  };
}

function on(connection: string): SQL {
  return sql`${plans.connections} @> ${JSON.stringify([{ id: connection }])}::jsonb`;
}
