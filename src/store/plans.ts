import { createHash } from 'node:crypto';

import { and, asc, desc, eq, gte, inArray, type SQL } from 'drizzle-orm';

import type { Plan } from '../domain/plan.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { StaleError } from '../errors.ts';
import { actionOf, entryOf } from './actions.ts';
import { approvalsOf } from './approvals.ts';
import { nextNumber } from './counters.ts';
import type { Db } from './database.ts';
import { broughtBackBy, othersHolding, switchedOff } from './holding.ts';
import { visibleTo } from './incidents.ts';
import {
  nameOf,
  planOf,
  storedConnection,
  storedLeave,
  storedOverride,
  storedTarget,
} from './plan-parts.ts';
import { plansOnConnections } from './plans-on-connections.ts';
import { isUuid } from './rows.ts';
import { stopsReader } from './stops.ts';
import type { Plans } from './store.ts';
import { incidents } from './tables/incidents.ts';
import { actions, journal, plans } from './tables/plans.ts';
import { verdictsReader } from './verdicts.ts';

export { writeActions, writeJournal } from './actions.ts';
export { writeApprovals } from './approvals.ts';

/** Plans of private incidents are numbered at random up here, so that no gap below gives them away. */
const privateNumbers = { from: 100_000, count: 900_000 } as const;

/** Reads of plans and of what became of them. */
export function plansStore(db: Db): Plans {
  return {
    ...singlePlans(db),
    ...actsOfPlans(db),
    ...plansOnConnections(db),
    ofIncident: (incident) =>
      isUuid(incident) ? newestFirst(db, eq(plans.incident, incident)) : Promise.resolve([]),

    async running() {
      const rows = await db
        .select()
        .from(plans)
        .where(eq(plans.state, 'running'))
        .orderBy(asc(plans.startedAt), asc(plans.number));
      return rows.map(planOf);
    },

    waitingOf: (person) =>
      newestFirst(
        db,
        and(eq(plans.requestedBy, person), inArray(plans.state, ['proposed', 'approved'])),
      ),

    startedBy: (person, since) =>
      newestFirst(
        db,
        and(
          inArray(plans.purpose, ['contain', 'mute', 'block']),
          eq(plans.startedBy, person),
          gte(plans.startedAt, since),
        ),
      ),

    async containing(key) {
      if (!isUuid(key.connection)) return [];
      const off = db
        .select({ plan: actions.plan })
        .from(actions)
        .where(
          and(
            eq(actions.connection, key.connection),
            eq(actions.workflow, key.id),
            eq(actions.lever, 'disable'),
            inArray(actions.state, [...switchedOff]),
          ),
        );
      return newestFirst(db, and(eq(plans.purpose, 'contain'), inArray(plans.id, off)));
    },

    othersHolding: (plan, key) => othersHolding(db, plan, key),
    broughtBackBy: (key, since) => broughtBackBy(db, key, since),
    stopsSince: stopsReader(db),
    lastVerdicts: verdictsReader(db),
  };
}

function singlePlans(db: Db): Pick<Plans, 'byId' | 'byName' | 'state'> {
  return {
    async byId(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await db.select().from(plans).where(eq(plans.id, id));
      return row && planOf(row);
    },

    async state(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await db.select({ state: plans.state }).from(plans).where(eq(plans.id, id));
      return row?.state;
    },

    async byName(name, viewer) {
      const [, digits] = /^(?:p-)?(\d{1,9})$/i.exec(name.trim()) ?? [];
      if (digits === undefined) return undefined;
      const [found] = await db
        .select({ row: plans })
        .from(plans)
        .innerJoin(incidents, eq(incidents.id, plans.incident))
        .where(and(eq(plans.number, Number(digits)), visibleTo(viewer)));
      return found && planOf(found.row);
    },
  };
}

function actsOfPlans(db: Db): Pick<Plans, 'approvals' | 'actions' | 'journal'> {
  return {
    approvals: (plan) => approvalsOf(db, plan),

    async actions(plan) {
      if (!isUuid(plan)) return [];
      const rows = await db
        .select()
        .from(actions)
        .where(eq(actions.plan, plan))
        .orderBy(asc(actions.ordinal), asc(actions.id));
      return rows.map(actionOf);
    },

    async journal(plan) {
      if (!isUuid(plan)) return [];
      const rows = await db
        .select({ entry: journal })
        .from(journal)
        .innerJoin(actions, eq(actions.id, journal.action))
        .where(eq(actions.plan, plan))
        .orderBy(asc(journal.position));
      return rows.map(({ entry }) => entryOf(entry));
    },
  };
}

async function newestFirst(db: Db, where: SQL | undefined): Promise<readonly Plan[]> {
  const rows = await db
    .select()
    .from(plans)
    .where(where)
    .orderBy(desc(plans.createdAt), desc(plans.number));
  return rows.map(planOf);
}

/**
 * Writes plans. A new one gets its name; of a stored one only its life changes, never what was
 * approved.
 *
 * @throws StaleError also when the digest is another than the stored one
 */
export async function writePlans(tx: Db, list: readonly Plan[]): Promise<readonly Plan[]> {
  const written: Plan[] = [];
  for (const plan of list) {
    written.push(plan.revision === 0 ? await propose(tx, plan) : await carryOn(tx, plan));
  }
  return written;
}

/** Events about plans that were given their name just now begin with it, and carry it. */
export function withPlanNames(
  events: readonly NewTimelineEvent[],
  before: readonly Plan[],
  written: readonly Plan[],
): readonly NewTimelineEvent[] {
  const unnamed = new Set(before.filter(({ name }) => name === '').map(({ id }) => id));
  const names = new Map(written.map(({ id, name }) => [id, name]));
  return events.map((event) => {
    const id = event.data?.['plan'];
    const name = typeof id === 'string' && unnamed.has(id) ? names.get(id) : undefined;
    if (name === undefined) return event;
    return { ...event, text: `${name}: ${event.text}`, data: { ...event.data, name } };
  });
}

async function propose(tx: Db, plan: Plan): Promise<Plan> {
  const number = await newNumber(tx, plan);
  await tx.insert(plans).values({
    id: plan.id,
    number,
    incident: plan.incident,
    purpose: plan.purpose,
    undoes: plan.undoes ?? null,
    freezes: plan.freezes ?? null,
    query: plan.query,
    missing: plan.missing ? [...plan.missing] : null,
    levers: [...plan.levers],
    targets: plan.targets.map(storedTarget),
    connections: plan.connections.map(storedConnection),
    requestedBy: plan.requestedBy,
    approvalsNeeded: plan.approvalsNeeded,
    leave: plan.leave ? storedLeave(plan.leave) : null,
    createdAt: plan.createdAt,
    expiresAt: plan.expiresAt,
    nonce: plan.nonce,
    digest: plan.digest,
    ...lifeOf(plan),
    revision: 1,
  });
  return { ...plan, name: nameOf(number), revision: 1 };
}

async function carryOn(tx: Db, plan: Plan): Promise<Plan> {
  const revision = plan.revision + 1;
  const [row] = await tx
    .update(plans)
    .set({ ...lifeOf(plan), revision })
    .where(
      and(eq(plans.id, plan.id), eq(plans.revision, plan.revision), eq(plans.digest, plan.digest)),
    )
    .returning();
  if (row === undefined) throw new StaleError(plan.name);
  return planOf(row);
}

function lifeOf(plan: Plan) {
  return {
    state: plan.state,
    stateReason: plan.stateReason ?? null,
    startedAt: plan.startedAt ?? null,
    startedBy: plan.startedBy ?? null,
    finishedAt: plan.finishedAt ?? null,
    override: plan.override ? storedOverride(plan.override) : null,
  };
}

async function newNumber(tx: Db, plan: Plan): Promise<number> {
  const [incident] = await tx
    .select({ visibility: incidents.visibility })
    .from(incidents)
    .where(eq(incidents.id, plan.incident));
  if (incident?.visibility !== 'private') return nextNumber(tx, 'plan');
  for (let attempt = 0; ; attempt += 1) {
    // The nonce is 32 random bytes made for this plan: all the chance that a number needs.
    const chance = createHash('sha256')
      .update(`${plan.nonce} ${attempt}`)
      .digest()
      .readUIntBE(0, 6);
    const number = privateNumbers.from + (chance % privateNumbers.count);
    const taken = await tx.select({ id: plans.id }).from(plans).where(eq(plans.number, number));
    if (taken.length === 0) return number;
  }
}
