import { randomUUID } from 'node:crypto';

import type { Connection } from '../domain/connection.ts';
import type { Incident, IncidentId } from '../domain/incident.ts';
import type { Workflow } from '../domain/inventory.ts';
import { containJob } from '../domain/plan-change.ts';
import { digestOf } from '../domain/plan-digest.ts';
import type { Lever, Plan, PlanPurpose, PlanTarget } from '../domain/plan.ts';
import { actionsOf } from '../domain/planning.ts';
import { makeRecorder } from '../record/recorder.ts';
import type { Store } from '../store/store.ts';

/** Declares an incident in the name of the operator. */
export async function declareOne(store: Store, now: Date): Promise<Incident> {
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
    declaredAt: now,
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
        occurredAt: now,
        text: 'Declared.',
      },
    ],
  });
  const [stored] = saved.incidents;
  if (!stored) throw new Error('The incident was not stored.');
  return stored;
}

/** A workflow as a plan freezes it. */
export function workflowTarget(workflow: Workflow): PlanTarget {
  const { connection, id, ref, name, hash, contentHash, seenAt, active } = workflow;
  return {
    connection,
    id,
    ref,
    name,
    observedHash: hash,
    ...(contentHash === undefined ? {} : { observedContent: contentHash }),
    observedAt: seenAt,
    active,
    breaks: [],
    because: [],
  };
}

type OnConnection = Plan['connections'][number];

/** What a plan is made of that nobody has to agree to. */
export type RunningPlan = {
  readonly incident: IncidentId;
  readonly purpose: PlanPurpose;
  readonly levers: readonly Lever[];
  /** In the order of acting, all on this one connection. */
  readonly targets: readonly PlanTarget[];
  readonly connection: Pick<Connection, 'id' | 'name' | 'epoch'> & Pick<OnConnection, 'fallbacks'>;
  readonly now: Date;
  readonly undoes?: string;
  /** Another digest than the plan's own, as if its targets had been changed in the database. */
  readonly digest?: string;
  /** Its job is stored with it, so that whoever takes jobs carries it out. */
  readonly withJob?: true;
};

/** Stores a plan as it is once it was agreed to and started. */
export async function storeRunningPlan(store: Store, given: RunningPlan): Promise<Plan> {
  const { id, name, epoch, fallbacks } = given.connection;
  const unsigned: Plan = {
    id: randomUUID(),
    name: '',
    incident: given.incident,
    purpose: given.purpose,
    ...(given.undoes === undefined ? {} : { undoes: given.undoes }),
    query: 'all',
    levers: given.levers,
    targets: given.targets,
    connections: [{ id, name, epoch, ...(fallbacks ? { fallbacks } : {}) }],
    requestedBy: store.instance.operator,
    approvalsNeeded: 0,
    createdAt: given.now,
    expiresAt: new Date(given.now.getTime() + 600_000),
    nonce: 'nonce',
    digest: '',
    state: 'running',
    startedAt: given.now,
    startedBy: store.instance.operator,
    revision: 0,
  };
  const digest = given.digest ?? digestOf(unsigned, makeRecorder());
  const draft: Plan = { ...unsigned, digest };
  const saved = await store.save({
    plans: [draft],
    actions: actionsOf(draft, randomUUID),
    ...(given.withJob ? { jobs: [containJob(draft)] } : {}),
  });
  const [stored] = saved.plans;
  if (!stored) throw new Error('The plan was not stored.');
  return stored;
}
