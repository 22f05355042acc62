import { randomUUID } from 'node:crypto';

import type { Capabilities } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import { digestOf } from '../domain/plan-digest.ts';
import type { Action, Lever, Plan } from '../domain/plan.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { contain } from '../jobs/contain.ts';
import { sync } from '../jobs/sync.ts';
import { makeRecorder } from '../record/recorder.ts';
import type { Store } from '../store/store.ts';
import { aConnection } from './containment.ts';
import type { DatabaseKind } from './database.ts';
import { allCapabilities } from './nouns.ts';
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
  const connection = aConnection({ id: randomUUID(), revision: 0, capabilities });
  const { syncedAt: _syncedAt, ...unsynced } = connection;
  await store.save({ connections: [unsynced] });
  const context = toyJobs(store, clock, toy);
  const never = new AbortController().signal;
  const look = () => sync(context, { connection: connection.id }, never);
  await look();
  const incident = await declareOne(store, clock);
  const actions = (plan: Plan) => store.plans.actions(plan.id);
  return {
    store,
    clock,
    toy,
    incident,
    look,
    planned: (given) => storePlan({ store, clock, incident, connection }, given ?? {}),
    drive: (one, signal = never) => contain(context, { plan: one.id }, signal),
    actions,
    states: async (one) =>
      (await actions(one)).map(({ lever, ref, state }) => `${lever} ${ref}: ${state}`),
    timeline: () => store.timeline.latest(incident.id, 1_000),
  };
}

async function declareOne(store: Store, clock: TestClock): Promise<Incident> {
  const id = randomUUID();
  const incident: Incident = {
    id,
    name: '',
    title: 'Leaked key',
    severity: 'sev2',
    phase: 'containment',
    visibility: 'open',
    drill: false,
    declaredBy: store.instance.operator,
    declaredAt: clock.now(),
    roles: [],
    members: [],
    revision: 0,
  };
  const saved = await store.save({
    incidents: [incident],
    events: [
      {
        chain: id,
        kind: 'incident_declared',
        actor: { kind: 'firebreak' },
        source: 'system',
        occurredAt: clock.now(),
        text: 'Declared.',
      },
    ],
  });
  const [stored] = saved.incidents;
  if (!stored) throw new Error('The incident was not stored.');
  return stored;
}

async function storePlan(
  around: {
    readonly store: Store;
    readonly clock: TestClock;
    readonly incident: Incident;
    readonly connection: { readonly id: string; readonly name: string; readonly epoch: number };
  },
  options: PlanOptions,
): Promise<Plan> {
  const { store, clock, incident, connection } = around;
  const { hits } = await store.inventory.find({ kind: 'all' }, { limit: 1_000 });
  const chosen = options.undoes?.targets.map(({ id }) => id);
  const targets = hits
    .map(({ workflow }) => workflow)
    .filter((workflow) => (chosen ? chosen.includes(workflow.id) : workflow.active))
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map((workflow) => ({
      connection: connection.id,
      id: workflow.id,
      ref: workflow.ref,
      name: workflow.name,
      observedHash: workflow.hash,
      ...(workflow.contentHash === undefined ? {} : { observedContent: workflow.contentHash }),
      observedAt: workflow.seenAt,
      active:
        options.undoes?.targets.find(({ id }) => id === workflow.id)?.active ?? workflow.active,
      breaks: [],
      because: [],
    }));
  const levers: readonly Lever[] =
    options.levers ?? (options.undoes ? ['enable'] : ['disable', 'stop']);
  const unsigned: Plan = {
    id: randomUUID(),
    name: '',
    incident: incident.id,
    purpose: options.undoes ? 'undo' : 'contain',
    ...(options.undoes ? { undoes: options.undoes.id } : {}),
    query: 'all',
    levers,
    targets,
    connections: [{ id: connection.id, name: connection.name, epoch: connection.epoch }],
    requestedBy: store.instance.operator,
    approvalsNeeded: 0,
    createdAt: clock.now(),
    expiresAt: new Date(clock.now().getTime() + 600_000),
    nonce: 'nonce',
    digest: '',
    state: 'running',
    startedAt: clock.now(),
    startedBy: store.instance.operator,
    revision: 0,
  };
  const draft: Plan = { ...unsigned, digest: options.digest ?? digestOf(unsigned, makeRecorder()) };
  const actions: readonly Action[] = targets
    .flatMap((target) => levers.map((lever) => ({ target, lever })))
    .map(({ target, lever }, ordinal) => ({
      id: randomUUID(),
      plan: draft.id,
      connection: connection.id,
      workflow: target.id,
      ref: target.ref,
      workflowName: target.name,
      lever,
      ordinal,
      state: 'planned',
      proofs: [],
      emptySweeps: 0,
      revision: 0,
    }));
  const saved = await store.save({ plans: [draft], actions });
  const [stored] = saved.plans;
  if (!stored) throw new Error('The plan was not stored.');
  return stored;
}
