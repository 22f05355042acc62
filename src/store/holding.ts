import {
  and,
  asc,
  desc,
  eq,
  exists,
  gt,
  inArray,
  isNotNull,
  isNull,
  ne,
  notExists,
  or,
  sql,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import type { Hold } from '../domain/hold.ts';
import type { ItemKey } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { nameOf } from './plan-parts.ts';
import { isUuid } from './rows.ts';
import type { BroughtBack } from './store.ts';
import { incidents } from './tables/incidents.ts';
import { actions, plans } from './tables/plans.ts';
import { scopeItems } from './tables/scope.ts';
import { takenBack } from './taken-back.ts';

/** States of a `disable` in which the workflow is, or may be, off because of it. */
export const switchedOff = [
  'requested',
  'accepted',
  'pending',
  'verified',
  'unverifiable',
] as const;

/**
 * Workflows of this plan that other containments keep off.
 *
 * A containment keeps off until it is taken back, until a later one found the workflow on, and no
 * longer than its incident is open; what was convicted there it keeps off after that, too.
 */
export async function othersHolding(db: Db, plan: string, key?: ItemKey): Promise<readonly Hold[]> {
  if (!isUuid(plan) || (key && !isUuid(key.connection))) return [];
  const own = alias(actions, 'own');
  const rows = await db
    .select({
      connection: actions.connection,
      id: actions.workflow,
      number: plans.number,
      incident: plans.incident,
      visibility: incidents.visibility,
    })
    .from(own)
    .innerJoin(
      actions,
      and(eq(actions.connection, own.connection), eq(actions.workflow, own.workflow)),
    )
    .innerJoin(plans, eq(plans.id, actions.plan))
    .innerJoin(incidents, eq(incidents.id, plans.incident))
    .where(
      and(
        eq(own.plan, plan),
        eq(own.lever, 'disable'),
        key && and(eq(own.connection, key.connection), eq(own.workflow, key.id)),
        ne(actions.plan, plan),
        eq(actions.lever, 'disable'),
        eq(plans.purpose, 'contain'),
        or(
          inArray(actions.state, [...switchedOff]),
          // What came back after it was off is still to stay off, until that is taken back.
          and(eq(actions.state, 'contradicted'), sql`jsonb_exists(${actions.memo}, 'told')`),
          and(eq(actions.state, 'planned'), inArray(plans.state, ['running', 'paused'])),
        ),
        or(isNull(incidents.closedAt), exists(convicted(db))),
        notExists(takenBack(db, 'wanted')),
        notExists(foundOnLater(db)),
      ),
    )
    .orderBy(asc(own.ordinal), asc(plans.number));
  return rows.map(({ connection, id, number, incident, visibility }) => ({
    key: { connection, id },
    plan: nameOf(number),
    incident,
    isPrivate: visibility === 'private',
  }));
}

/** States of an `enable` in which the workflow is, or may be, on because of it. */
const switchedOn = ['accepted', 'pending', 'verified', 'unverifiable'] as const;

/** The undo that asked last, after this instant, to switch this workflow on. */
export async function broughtBackBy(
  db: Db,
  key: ItemKey,
  since: Date,
): Promise<BroughtBack | undefined> {
  if (!isUuid(key.connection)) return undefined;
  const [row] = await db
    .select({
      number: plans.number,
      incident: plans.incident,
      visibility: incidents.visibility,
      at: actions.acceptedAt,
    })
    .from(actions)
    .innerJoin(plans, eq(plans.id, actions.plan))
    .innerJoin(incidents, eq(incidents.id, plans.incident))
    .where(
      and(
        eq(actions.connection, key.connection),
        eq(actions.workflow, key.id),
        eq(actions.lever, 'enable'),
        inArray(actions.state, [...switchedOn]),
        gt(actions.acceptedAt, since),
      ),
    )
    .orderBy(desc(actions.acceptedAt))
    .limit(1);
  if (!row?.at) return undefined;
  const { number, incident, visibility, at } = row;
  return { plan: nameOf(number), incident, isPrivate: visibility === 'private', at };
}

/** A conviction of the workflow of this row of `actions` in the incident of this row of `plans`. */
function convicted(db: Db) {
  return db
    .select({ incident: scopeItems.incident })
    .from(scopeItems)
    .where(
      and(
        eq(scopeItems.incident, plans.incident),
        eq(scopeItems.kind, 'workflow'),
        eq(scopeItems.connection, sql`${actions.connection}::text`),
        eq(scopeItems.item, actions.workflow),
        isNotNull(scopeItems.convictedBy),
        isNull(scopeItems.droppedAt),
      ),
    );
}

/** Containments that, when they acted, found on what this row of `actions` had switched off. */
function foundOnLater(db: Db) {
  const later = alias(actions, 'later');
  return db
    .select({ id: later.id })
    .from(later)
    .where(
      and(
        eq(later.connection, actions.connection),
        eq(later.workflow, actions.workflow),
        eq(later.lever, 'disable'),
        // Two that ran at once both found it on: until the platform had answered, nothing had ended.
        gt(later.requestedAt, actions.acceptedAt),
        sql`${later.memo} ->> 'wasOff' = 'false'`,
      ),
    );
}
