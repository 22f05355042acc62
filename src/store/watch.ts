import { and, asc, eq, gt, inArray, isNull, notExists, notInArray, or } from 'drizzle-orm';

import type { Newcomer } from '../domain/copies.ts';
import { actionOf } from './actions.ts';
import type { Db } from './database.ts';
import { factOf, workflowOf } from './inventory-rows.ts';
import { isUuid, present } from './rows.ts';
import type { Watch } from './store.ts';
import { connections } from './tables/connections.ts';
import { incidents } from './tables/incidents.ts';
import { facts, workflows } from './tables/inventory.ts';
import { actions, plans } from './tables/plans.ts';
import { takenBack } from './taken-back.ts';

/** States of a `disable` that was proved, or could not be: whatever it is now, it was done. */
const settled = ['verified', 'unverifiable', 'contradicted'] as const;

/** Reads of what was contained and is to stay so. */
export function watchStore(db: Db): Watch {
  const isHeld = isKeptOff(db);
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
          goneAt: workflows.goneAt,
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
        .leftJoin(
          workflows,
          and(eq(workflows.connection, actions.connection), eq(workflows.id, actions.workflow)),
        )
        .where(
          and(isHeld, connection === undefined ? undefined : eq(actions.connection, connection)),
        )
        .orderBy(asc(plans.number), asc(actions.ordinal));
      return rows.map(({ action, goneAt, plan: { number, ...plan } }) => ({
        action: actionOf(action),
        isGone: goneAt !== null,
        plan: { ...plan, name: `P-${number}` },
      }));
    },

    newcomers: (connection, since) => newcomers(db, connection, since),
  };
}

/** A `disable` that was done in an incident that is open, and is not being taken back. */
function isKeptOff(db: Db) {
  return and(
    eq(actions.lever, 'disable'),
    inArray(actions.state, [...settled]),
    eq(plans.purpose, 'contain'),
    isNull(incidents.closedAt),
    notExists(takenBack(db, 'done')),
  );
}

async function newcomers(db: Db, connection: string, since: Date): Promise<readonly Newcomer[]> {
  if (!isUuid(connection)) return [];
  // What we switched on ourselves, by an undo, did not come by another hand.
  const byUs = db
    .select({ id: actions.id })
    .from(actions)
    .where(
      and(
        eq(actions.connection, workflows.connection),
        eq(actions.workflow, workflows.id),
        eq(actions.lever, 'enable'),
        notInArray(actions.state, ['planned', 'skipped', 'failed']),
      ),
    );
  const found = await db
    .select({
      row: workflows,
      connectionName: connections.name,
      syncedAt: connections.syncedAt,
    })
    .from(workflows)
    .innerJoin(connections, eq(connections.id, workflows.connection))
    .where(
      and(
        eq(workflows.connection, connection),
        isNull(workflows.goneAt),
        or(gt(workflows.madeAt, since), gt(workflows.onAt, since)),
        notExists(byUs),
      ),
    )
    .orderBy(asc(workflows.ref));
  const entrances = await db
    .select()
    .from(facts)
    .where(
      and(
        eq(facts.connection, connection),
        inArray(
          facts.workflow,
          found.map(({ row }) => row.id),
        ),
        eq(facts.kind, 'webhook'),
      ),
    );
  const own = Map.groupBy(entrances, ({ workflow }) => workflow);
  return found.map((one) => ({
    workflow: workflowOf(one),
    structures: one.row.structures ?? [],
    ...present({ madeAt: one.row.madeAt, onAt: one.row.onAt }),
    entrances: (own.get(one.row.id) ?? []).map(factOf),
  }));
}
