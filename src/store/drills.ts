import { and, eq, isNull } from 'drizzle-orm';

import type { Drill } from '../domain/drill.ts';
import { StaleError, UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { violatedConstraint } from './database.ts';
import { isUuid, present } from './rows.ts';
import type { Drills } from './store.ts';
import { drills } from './tables/drills.ts';

/** Reads of exercises. */
export function drillsStore(db: Db): Drills {
  return {
    async ofIncident(incident) {
      if (!isUuid(incident)) return undefined;
      const [row] = await db.select().from(drills).where(eq(drills.incident, incident));
      return row && drillOf(row);
    },

    async on(connection) {
      if (!isUuid(connection)) return undefined;
      const [row] = await db
        .select()
        .from(drills)
        .where(and(eq(drills.connection, connection), isNull(drills.clearedAt)));
      return row && drillOf(row);
    },
  };
}

/**
 * Writes exercises; of a stored one only its life changes, never the scenario that it pins.
 *
 * @throws StaleError, UserError `conflict` when another one has the connection
 */
export async function writeDrills(tx: Db, list: readonly Drill[]): Promise<void> {
  for (const drill of list) {
    await (drill.revision === 0 ? start(tx, drill) : carryOn(tx, drill));
  }
}

async function start(tx: Db, drill: Drill): Promise<void> {
  const { incident, connection, scenario, startedBy, startedAt } = drill;
  await tx
    .insert(drills)
    .values({ incident, connection, scenario, startedBy, startedAt, revision: 1 })
    .catch((error: unknown) => {
      if (violatedConstraint(error) !== 'drills_one_on_a_connection') throw error;
      throw new UserError('conflict', 'Another drill began there a moment ago.', {
        hint: '`list` shows it.',
      });
    });
}

async function carryOn(tx: Db, drill: Drill): Promise<void> {
  const { incident, readyAt, endedAt, score, clearedAt, revision } = drill;
  const written = await tx
    .update(drills)
    .set({
      readyAt: readyAt ?? null,
      endedAt: endedAt ?? null,
      score: score ?? null,
      clearedAt: clearedAt ?? null,
      revision: revision + 1,
    })
    .where(and(eq(drills.incident, incident), eq(drills.revision, revision)))
    .returning({ incident: drills.incident });
  if (written.length === 0) throw new StaleError('This drill');
}

function drillOf(row: typeof drills.$inferSelect): Drill {
  const { readyAt, endedAt, score, clearedAt, ...drill } = row;
  return { ...drill, ...present({ readyAt, endedAt, score, clearedAt }) };
}
