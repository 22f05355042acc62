import { randomUUID } from 'node:crypto';

import type { Capabilities, Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';

const at = new Date('2026-11-23T08:00:00.000Z');

/** An incident not yet saved; state only what matters. */
export function anIncident(given: Partial<Incident> & { declaredBy: string }): Incident {
  return {
    id: randomUUID(),
    name: '',
    title: 'Leaked Stripe key',
    severity: 'sev2',
    phase: 'analysis',
    visibility: 'open',
    drill: false,
    declaredAt: at,
    roles: [],
    members: [],
    revision: 0,
    ...given,
  };
}

/** A responder not yet saved. */
export function aPerson(given: Partial<Person> = {}): Person {
  const id = given.id ?? randomUUID();
  return {
    id,
    handle: `p${id.slice(0, 8)}`,
    name: 'Ana Almeida',
    permissions: ['responder'],
    addedAt: at,
    revision: 0,
    ...given,
  };
}

/** A stored responder, known by a handle. */
export function personCalled(handle: string, given: Partial<Person> = {}): Person {
  return aPerson({ id: `id-${handle}`, handle, name: handle, revision: 1, ...given });
}

/** Those of an n8n whose API key may everything. */
export const allCapabilities: Capabilities = {
  disable: 'async',
  enable: true,
  stop: true,
  listExecutions: true,
  listCredentials: true,
  listUsers: true,
  versions: true,
};

/** A connection to an n8n not yet saved. */
export function aConnection(given: Partial<Connection> = {}): Connection {
  const id = given.id ?? randomUUID();
  return {
    id,
    name: `n8n-${id.slice(0, 8)}`,
    kind: 'n8n',
    baseUrl: 'https://n8n.example',
    privateHostAllowed: false,
    environment: 'production',
    epoch: 1,
    capabilities: allCapabilities,
    missing: [],
    hasSecret: false,
    connectedAt: at,
    revision: 0,
    ...given,
  };
}

/** A timeline event; its chain is an incident's id or `instance`. */
export function anEvent(chain: string, given: Partial<NewTimelineEvent> = {}): NewTimelineEvent {
  return {
    chain,
    kind: 'note_added',
    actor: { kind: 'firebreak' },
    source: 'system',
    occurredAt: at,
    text: 'A second beacon was found.',
    ...given,
  };
}
