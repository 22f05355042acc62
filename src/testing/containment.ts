import { shippedPolicy } from '../approval-policy.ts';
import type { Decided } from '../domain/approval.ts';
import type { Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { Fact, FactKind, Hit, Workflow } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { Rules } from '../domain/leave.ts';
import type { Person } from '../domain/person.ts';
import type { Decider, PlanChange } from '../domain/plan-change.ts';
import type { Digester } from '../domain/plan-digest.ts';
import type { Action, Plan } from '../domain/plan.ts';
import type { PlanInput } from '../domain/planning.ts';
import { proposePlan } from '../domain/planning.ts';
import type { Surroundings } from '../domain/simulation.ts';
import { makeRecorder } from '../record/recorder.ts';
import { aConnection as anyConnection, anIncident as anyIncident } from './nouns.ts';

/** The instant at which tests about containing take place. */
export const night = new Date('2026-11-22T03:00:00.000Z');

/** So many minutes after `night`. */
export function minutesLater(minutes: number): Date {
  return new Date(night.getTime() + minutes * 60_000);
}

/** What a new instance asks for. */
export const rules: Rules = { policy: shippedPolicy, instanceSince: night };

/** The digests that the instance uses. */
export const digester: Digester = makeRecorder();

export function aPerson(overrides: Partial<Person> = {}): Person {
  return {
    id: 'person-ana',
    handle: 'ana',
    name: 'Ana',
    permissions: ['responder'],
    addedAt: night,
    revision: 1,
    ...overrides,
  };
}

export const ana = aPerson();
export const ben = aPerson({ id: 'person-ben', handle: 'ben', name: 'Ben' });

export function decider(person: Person, now: Date = night): Decider {
  return { person, source: 'cli', now };
}

export function anIncident(overrides: Partial<Incident> = {}): Incident {
  const kept = { id: 'incident-1', name: 'INC-1', title: 'Leaked key', revision: 1 };
  return anyIncident({ ...kept, declaredBy: ana.id, declaredAt: night, ...overrides });
}

/** A stored connection that was synced just now. */
export function aConnection(overrides: Partial<Connection> = {}): Connection {
  const kept = { id: 'c1', name: 'prod', hasSecret: true, revision: 1 };
  return anyConnection({ ...kept, connectedAt: night, syncedAt: night, ...overrides });
}

/** @param number the 12 of `w12`; the platform's id is `id12` */
export function aWorkflow(number: number, overrides: Partial<Workflow> = {}): Workflow {
  return {
    connection: 'c1',
    id: `id${number}`,
    ref: `w${number}`,
    connectionName: 'prod',
    name: `Workflow ${number}`,
    active: true,
    archived: false,
    tags: [],
    hash: `hash${number}`,
    draftDiffers: false,
    savesExecutions: true,
    seenAt: night,
    sameSince: night,
    ...overrides,
  };
}

export function someWorkflows(count: number): readonly Workflow[] {
  return Array.from({ length: count }, (_, index) => aWorkflow(index + 1));
}

export function aFact(kind: FactKind, value: string, overrides: Partial<Fact> = {}): Fact {
  return { kind, value, in: 'both', ...overrides };
}

export function aHit(workflow: Workflow, ...reasons: readonly string[]): Hit {
  return { workflow, reasons };
}

/** @param facts by workflow */
export function surroundings(
  facts: readonly (readonly [Workflow, readonly Fact[]])[] = [],
  rest: Partial<Surroundings> = {},
): Surroundings {
  return {
    facts: new Map(facts.map(([workflow, own]) => [keyText(workflow), own])),
    callers: [],
    sharers: [],
    credentialRefs: new Map(),
    ...rest,
  };
}

/** Ids in the order in which they were asked for. */
export function countingIds(prefix = 'id'): () => string {
  let count = 0;
  return () => `${prefix}-${(count += 1)}`;
}

export function aPlanInput(
  workflows: readonly Workflow[],
  overrides: Partial<PlanInput> = {},
): PlanInput {
  return {
    incident: anIncident(),
    query: 'tag:payments',
    hits: workflows.map((workflow) => aHit(workflow, 'tagged payments')),
    named: new Set(),
    errorWorkflows: [],
    surroundings: surroundings(),
    connections: [aConnection()],
    policy: shippedPolicy,
    by: decider(ana),
    newId: countingIds(),
    nonce: 'nonce',
    digester,
    ...overrides,
  };
}

/** What the store would hold after saving a change: names given, revisions one higher. */
export function stored(change: PlanChange): { plan: Plan; actions: readonly Action[] } {
  const [plan] = change.plans;
  if (!plan) throw new Error('The change holds no plan.');
  return {
    plan: { ...plan, name: plan.name || 'P-1', revision: plan.revision + 1 },
    actions: (change.actions ?? []).map((action) => ({
      ...action,
      revision: action.revision + 1,
    })),
  };
}

export const viewer = aPerson({ id: 'person-vic', handle: 'vic', permissions: ['viewer'] });
export const approver = aPerson({ id: 'person-eve', handle: 'eve', permissions: ['approver'] });

export const everyone: readonly Person[] = [ana, ben, viewer, approver];

/** A proposed plan as the store would give it. */
export function aDecided(targets: number): Decided {
  return decidedOn(aPlanInput(someWorkflows(targets)));
}

/** The same of what is given. */
export function decidedOn(input: PlanInput): Decided {
  return { ...stored(proposePlan(input).change), approvals: [] };
}

/** What the store would hold after one more change. */
export function after(decided: Decided, change: PlanChange): Decided {
  const { plan } = stored(change);
  const changed = new Map((change.actions ?? []).map((action) => [action.id, action]));
  return {
    plan,
    approvals: [...decided.approvals, ...(change.approvals ?? [])],
    actions: decided.actions.map((action) => changed.get(action.id) ?? action),
  };
}
