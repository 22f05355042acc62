import type { SQL } from 'drizzle-orm';
import { and, desc, eq, gte, inArray, isNotNull, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import type { Db } from './database.ts';
import { planOf } from './plan-parts.ts';
import { isUuid } from './rows.ts';
import type { Plans } from './store.ts';
import { incidents } from './tables/incidents.ts';
import { actions, plans } from './tables/plans.ts';

/** Reads of plans by the connection that they touch. */
export function plansOnConnections(
  db: Db,
): Pick<Plans, 'actOn' | 'freezing' | 'waitingOn' | 'startedOn'> {
  return {
    actOn: (connection) => actOn(db, connection),

    async freezing() {
      const back = alias(plans, 'back');
      const thawed = db
        .select({ id: back.id })
        .from(back)
        .where(
          and(eq(back.undoes, plans.id), inArray(back.state, ['running', 'paused', 'finished'])),
        );
      // With its drill a freeze ends too: the estate was put back as it always begins.
      const isOver = and(incidents.drill, isNotNull(incidents.closedAt));
      const rows = await db
        .select({ plan: plans })
        .from(plans)
        .innerJoin(incidents, eq(incidents.id, plans.incident))
        .where(
          and(
            isNotNull(plans.freezes),
            isNotNull(plans.startedAt),
            notExists(thawed),
            sql`not (${isOver})`,
          ),
        )
        .orderBy(desc(plans.startedAt), desc(plans.number));
      return rows.map(({ plan }) => planOf(plan));
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

async function actOn(db: Db, connection: string): Promise<boolean> {
  if (!isUuid(connection)) return false;
  const [found] = await db
    .select({ plan: actions.plan })
    .from(plans)
    .innerJoin(actions, eq(actions.plan, plans.id))
    .where(
      and(
        eq(plans.state, 'running'),
        eq(actions.connection, connection),
        inArray(actions.state, ['planned', 'requested', 'accepted']),
      ),
    )
    .limit(1);
  return found !== undefined;
}

function on(connection: string): SQL {
  return sql`${plans.connections} @> ${JSON.stringify([{ id: connection }])}::jsonb`;
}
