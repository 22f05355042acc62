import {
  and,
  asc,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  notExists,
  notInArray,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import type { Newcomer } from '../domain/copies.ts';
import type { Held } from '../domain/watch.ts';
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

/** States of what was proved, or could not be: whatever it is now, it was done. */
const settled = ['verified', 'unverifiable', 'contradicted'] as const;
/** What was seen to hold and only waits for a later hour, such as the next fire of a schedule, was done too. */
const wasDone = or(
  inArray(actions.state, [...settled]),
  and(eq(actions.state, 'pending'), isNotNull(actions.notBefore)),
);

/** Levers that change a credential on its platform. */
const changes = ['block', 'unblock', 'overwrite', 'delete'] as const;
/** What ends a block because we wanted it to end. */
const releases = ['unblock', 'delete'] as const;
const notDone = ['planned', 'skipped', 'failed'] as const;

const planRow = {
  id: plans.id,
  number: plans.number,
  incident: plans.incident,
  connections: plans.connections,
};

/** Reads of what was contained and is to stay so. */
export function watchStore(db: Db): Watch {
  const isHeld = isKeptOff(db);
  const isBlocked = isKeptBlocked(db);
  const isMuted = isKeptMuted(db);
  return {
    async connections() {
      const rows = await db
        .selectDistinct({ connection: actions.connection })
        .from(actions)
        .innerJoin(plans, eq(plans.id, actions.plan))
        .innerJoin(incidents, eq(incidents.id, plans.incident))
        .where(or(isHeld, isBlocked, isMuted));
      return rows.map(({ connection }) => connection);
    },

    held: (connection) => heldWhere(db, isHeld, connection),
    muted: (connection) => heldWhere(db, isMuted, connection),

    async blocked(connection) {
      if (!isUuid(connection)) return [];
      const rows = await db
        .select({ action: actions, plan: planRow, changedByUsAt: lastChange(db) })
        .from(actions)
        .innerJoin(plans, eq(plans.id, actions.plan))
        .innerJoin(incidents, eq(incidents.id, plans.incident))
        .where(and(isBlocked, eq(actions.connection, connection)))
        .orderBy(asc(plans.number), asc(actions.ordinal));
      return rows.flatMap(({ action, plan, changedByUsAt }) =>
        changedByUsAt
          ? [{ action: actionOf(action), isGone: false, plan: heldPlan(plan), changedByUsAt }]
          : [],
      );
    },

    newcomers: (connection, since) => newcomers(db, connection, since),
  };
}

async function heldWhere(
  db: Db,
  isOne: SQL | undefined,
  connection: string | undefined,
): Promise<readonly Held[]> {
  if (connection !== undefined && !isUuid(connection)) return [];
  const rows = await db
    .select({ action: actions, goneAt: workflows.goneAt, plan: planRow })
    .from(actions)
    .innerJoin(plans, eq(plans.id, actions.plan))
    .innerJoin(incidents, eq(incidents.id, plans.incident))
    .leftJoin(
      workflows,
      and(eq(workflows.connection, actions.connection), eq(workflows.id, actions.workflow)),
    )
    .where(and(isOne, connection === undefined ? undefined : eq(actions.connection, connection)))
    .orderBy(asc(plans.number), asc(actions.ordinal));
  return rows.map(({ action, goneAt, plan }) => ({
    action: actionOf(action),
    isGone: goneAt !== null,
    plan: heldPlan(plan),
  }));
}

/** A `mute` that was done in an incident that is open, and is not being taken back. */
function isKeptMuted(db: Db) {
  return and(
    eq(actions.lever, 'mute'),
    wasDone,
    isNull(incidents.closedAt),
    notExists(takenBack(db, 'done')),
  );
}

/** A `disable` that was done in an incident that is open, and is not being taken back. */
function isKeptOff(db: Db) {
  return and(
    eq(actions.lever, 'disable'),
    wasDone,
    eq(plans.purpose, 'contain'),
    isNull(incidents.closedAt),
    notExists(takenBack(db, 'done')),
  );
}

const other = alias(actions, 'other');
const isSameCredential = and(
  eq(other.connection, actions.connection),
  eq(other.workflow, actions.workflow),
);

/** A `block` that was done in an incident that is open, and that no plan has taken away since. */
function isKeptBlocked(db: Db) {
  const released = db
    .select({ id: other.id })
    .from(other)
    .where(
      and(
        isSameCredential,
        inArray(other.lever, [...releases]),
        notInArray(other.state, [...notDone]),
        gt(other.requestedAt, actions.requestedAt),
      ),
    );
  return and(eq(actions.lever, 'block'), wasDone, isNull(incidents.closedAt), notExists(released));
}

/** When the platform last accepted that this credential is changed. */
function lastChange(db: Db) {
  const last = db
    .select({ at: sql`max(${other.acceptedAt})` })
    .from(other)
    .where(and(isSameCredential, inArray(other.lever, [...changes])));
  return sql`(${last})`.mapWith(actions.acceptedAt);
}

function heldPlan({ number, ...plan }: Omit<Held['plan'], 'name'> & { readonly number: number }) {
  return { ...plan, name: `P-${number}` };
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
    ...present({ madeAt: one.row.madeAt, before: one.row.madeBefore, onAt: one.row.onAt }),
    entrances: (own.get(one.row.id) ?? []).map(factOf),
  }));
}
