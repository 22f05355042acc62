import { and, eq, inArray, notInArray, or } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import type { Db } from './database.ts';
import { actions, plans } from './tables/plans.ts';

/**
 * Undo plans that take back what this row of `actions` in this row of `plans` did, for `not exists`.
 *
 * @param as `wanted`: whoever undoes wants the workflow on, whether or not that could be done.
 *   `done`: from when its undo has begun, it is on because we wanted it to be; where the undo could
 *   not be done, it stays off. Of an undo that was cancelled, what it had asked for counts in both.
 */
export function takenBack(db: Db, as: 'wanted' | 'done') {
  const back = alias(actions, 'back');
  const undo = alias(plans, 'undo');
  const begun = inArray(undo.state, ['running', 'paused', 'finished']);
  const notDone = ['skipped', 'failed'] as const;
  return db
    .select({ plan: back.plan })
    .from(back)
    .innerJoin(undo, eq(undo.id, back.plan))
    .where(
      and(
        eq(back.connection, actions.connection),
        eq(back.workflow, actions.workflow),
        eq(undo.undoes, plans.id),
        or(
          as === 'wanted' ? begun : and(begun, notInArray(back.state, [...notDone])),
          and(eq(undo.state, 'cancelled'), notInArray(back.state, ['planned', ...notDone])),
        ),
      ),
    );
}
