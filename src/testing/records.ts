import { randomUUID } from 'node:crypto';

import type { Incident } from '../domain/incident.ts';
import type { Permission } from '../domain/person.ts';
import type { Action, Plan } from '../domain/plan.ts';
import type { Db } from '../store/database.ts';
import { incidents } from '../store/tables/incidents.ts';
import { people } from '../store/tables/people.ts';

const at = new Date('2026-11-22T09:00:00Z');

/** Stores a person of whom nothing matters and answers their id. */
export async function storePerson(db: Db, handle: string): Promise<string> {
  const id = randomUUID();
  const permissions: Permission[] = ['responder', 'approver'];
  await db
    .insert(people)
    .values({ id, handle, name: handle, permissions, addedAt: at, revision: 1 });
  return id;
}

/** Stores an incident row, without its chain: for suites of what hangs on incidents. */
export async function storeIncident(
  db: Db,
  given: Partial<Incident> & Pick<Incident, 'name' | 'declaredBy'>,
): Promise<string> {
  const id = randomUUID();
  await db.insert(incidents).values({
    id,
    title: 'Leaked key',
    severity: 'sev2',
    phase: 'containment',
    visibility: 'open',
    drill: false,
    declaredAt: at,
    revision: 1,
    ...given,
    members: [...(given.members ?? [])],
  });
  return id;
}

/** A plan as it is proposed; only what is given matters. */
export function aPlan(given: Partial<Plan> & Pick<Plan, 'incident' | 'requestedBy'>): Plan {
  const id = randomUUID();
  return {
    id,
    name: '',
    purpose: 'contain',
    query: 'credential:"Stripe live"',
    levers: ['disable', 'stop'],
    targets: [],
    connections: [],
    approvalsNeeded: 0,
    createdAt: at,
    expiresAt: new Date(at.getTime() + 600_000),
    nonce: `nonce of ${id}`,
    digest: `digest of ${id}`,
    state: 'proposed',
    revision: 0,
    ...given,
  };
}

/** A planned action; only what is given matters. */
export function anAction(given: Partial<Action> & Pick<Action, 'plan' | 'connection'>): Action {
  return {
    id: randomUUID(),
    workflow: 'charge',
    ref: 'w1',
    workflowName: 'Charge cards',
    lever: 'disable',
    ordinal: 0,
    state: 'planned',
    proofs: [],
    emptySweeps: 0,
    revision: 0,
    ...given,
  };
}
