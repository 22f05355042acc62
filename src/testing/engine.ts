import { randomUUID } from 'node:crypto';

import type { Capabilities, Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { Action, Fallback, Lever, Plan } from '../domain/plan.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { contain } from '../jobs/contain.ts';
import { sync } from '../jobs/sync.ts';
import type { Store } from '../store/store.ts';
import { aConnection } from './containment.ts';
import type { DatabaseKind } from './database.ts';
import { allCapabilities } from './nouns.ts';
import { declareOne, storeRunningPlan, workflowTarget } from './running-plan.ts';
import type { TestClock } from './store.ts';
import { openTestStore } from './store.ts';
import { ToyPlatform, toyJobs } from './toy-platform.ts';

/** The engine on a real store and a toy platform, with a clock that moves when the engine waits. */
export type Engine = {
  readonly store: Store;
  readonly clock: TestClock;
  readonly toy: ToyPlatform;
  readonly incident: Incident;
  /** Syncs once more. */
  readonly look: () => Promise<void>;
  /** A plan over all active workflows that the last look saw, already running. */
  readonly planned: (options?: PlanOptions) => Promise<Plan>;
  /** Does the job of a plan once, as a worker would. */
  readonly drive: (plan: Plan, signal?: AbortSignal) => Promise<void>;
  /** `disable w1: verified`, in the order of the plan. */
  readonly states: (plan: Plan) => Promise<readonly string[]>;
  readonly actions: (plan: Plan) => Promise<readonly Action[]>;
  readonly timeline: () => Promise<readonly TimelineEvent[]>;
};

type PlanOptions = {
  readonly undoes?: Plan;
  readonly levers?: readonly Lever[];
  /** Also what is off. */
  readonly offToo?: boolean;
  /** What is done to those that do not go off. */
  readonly fallbacks?: readonly Fallback[];
  /** Another digest than the plan's own, as if its targets had been changed in the database. */
  readonly digest?: string;
};

export async function anEngine(options: {
  readonly kind?: DatabaseKind;
  readonly workflows: (toy: ToyPlatform) => void;
  readonly capabilities?: Partial<Capabilities>;
}): Promise<Engine> {
  const { store, clock } = await openTestStore(options.kind);
  const toy = new ToyPlatform(clock.now);
  options.workflows(toy);
  const capabilities = { ...allCapabilities, ...options.capabilities };
  toy.account = { ...toy.account, capabilities };
  const connection = aConnection({ id: randomUUID(), revision: 0, capabilities });
  const { syncedAt: _syncedAt, ...unsynced } = connection;
  await store.save({ connections: [unsynced] });
  const context = toyJobs(store, clock, toy);
  const never = new AbortController().signal;
  const look = () => sync(context, { connection: connection.id }, never);
  await look();
  const incident = await declareOne(store, clock.now());
  const actions = (plan: Plan) => store.plans.actions(plan.id);
  return {
    store,
    clock,
    toy,
    incident,
    look,
    planned: (given) => planAll({ store, clock, incident, connection }, given ?? {}),
    drive: (one, signal = never) => contain(context, { plan: one.id }, signal),
    actions,
    states: async (one) =>
      (await actions(one)).map(({ lever, ref, state }) => `${lever} ${ref}: ${state}`),
    timeline: () => store.timeline.latest(incident.id, 1_000),
  };
}

async function planAll(
  around: {
    readonly store: Store;
    readonly clock: TestClock;
    readonly incident: Incident;
    readonly connection: Connection;
  },
  { undoes, levers, offToo, fallbacks, digest }: PlanOptions,
): Promise<Plan> {
  const { store, clock, incident, connection } = around;
  const { hits } = await store.inventory.find({ kind: 'all' }, { limit: 1_000 });
  const before = new Map(undoes?.targets.map(({ id, active }) => [id, active]));
  const targets = hits
    .map(({ workflow }) => workflow)
    .filter(({ id, active }) => (undoes ? before.has(id) : active || offToo === true))
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map((workflow) => ({
      ...workflowTarget(workflow),
      active: before.get(workflow.id) ?? workflow.active,
    }));
  return storeRunningPlan(store, {
    incident: incident.id,
    purpose: undoes ? 'undo' : 'contain',
    levers: levers ?? (undoes ? ['enable'] : ['disable', 'stop']),
    targets,
    connection: { ...connection, ...(fallbacks ? { fallbacks } : {}) },
    now: clock.now(),
    ...(undoes ? { undoes: undoes.id } : {}),
    ...(digest === undefined ? {} : { digest }),
  });
}
