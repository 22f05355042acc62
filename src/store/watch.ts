import { and, asc, eq, inArray, isNull, notExists, notInArray } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import { actionOf } from './actions.ts';
import type { Db } from './database.ts';
import { isUuid } from './rows.ts';
import type { Watch } from './store.ts';
import { incidents } from './tables/incidents.ts';
import { actions, plans } from './tables/plans.ts';

/** States of a `disable` that was proved, or could not be: whatever it is now, it was done. */
const settled = ['verified', 'unverifiable', 'contradicted'] as const;

/** Reads of what was contained and is to stay so. */
export function watchStore(db: Db): Watch {
  const back = alias(actions, 'back');
  const undo = alias(plans, 'undo');
  // From when its undo has begun, it is on because we wanted it to be.
  const takenBack = db
    .select({ plan: back.plan })
    .from(back)
    .innerJoin(undo, eq(undo.id, back.plan))
    .where(
      and(
        eq(back.connection, actions.connection),
        eq(back.workflow, actions.workflow),
        eq(undo.undoes, plans.id),
        inArray(undo.state, ['running', 'paused', 'finished', 'cancelled']),
        notInArray(back.state, ['skipped', 'failed']),
      ),
    );
  const isHeld = and(
    eq(actions.lever, 'disable'),
    inArray(actions.state, [...settled]),
    eq(plans.purpose, 'contain'),
    isNull(incidents.closedAt),
    notExists(takenBack),
  );
  return {
    async connections() {
      const rows = await db
        .selectDistinct({ connection: actions.connection })
        .from(actions)
        .innerJoin(plans, eq(plans.id, actions.plan))
        .innerJoin(incidents, eq(incidents.id, plans.incident))
        .where(isHeld);
      return rows.map(({ connection }) => connection);
    },

    async held(connection) {
      if (connection !== undefined && !isUuid(connection)) return [];
      const rows = await db
        .select({
          action: actions,
          plan: {
            id: plans.id,
            number: plans.number,
            incident: plans.incident,
            connections: plans.connections,
          },
        })
        .from(actions)
        .innerJoin(plans, eq(plans.id, actions.plan))
        .innerJoin(incidents, eq(incidents.id, plans.incident))
        .where(
          and(isHeld, connection === undefined ? undefined : eq(actions.connection, connection)),
        )
        .orderBy(asc(plans.number), asc(actions.ordinal));
      return rows.map(({ action, plan: { number, ...plan } }) => ({
        action: actionOf(action),
        plan: { ...plan, name: `P-${number}` },
      }));
    },
  };
}
