/**
 * The incident, and the words of this house.
 *
 * *declare* opens an incident, *hand over* changes its commander, *resolve* ends the harm, *close*
 * ends the record. The *commander* leads; severity sev1 is worst. *Phase* uses the words of CSF 2.0
 * (analysis RS.AN, containment RS.MI-01, eradication RS.MI-02, recovery RC.RP, lessons ID.IM).
 * A *timeline event* happened (`occurredAt`) before it was written (`recordedAt`). *Evidence* is
 * bytes that are never edited. *Workflow*, *execution* and *credential* are the platform's words;
 * a *run* is only ours: a runbook run. A *connection* is one account on one *platform*.
 */
import type { PersonId } from './person.ts';

export const severities = ['sev1', 'sev2', 'sev3', 'sev4'] as const;
export type Severity = (typeof severities)[number];

export const phases = ['analysis', 'containment', 'eradication', 'recovery', 'lessons'] as const;
export type Phase = (typeof phases)[number];

export const visibilities = ['open', 'private'] as const;
export type Visibility = (typeof visibilities)[number];

export const incidentRoles = [
  'commander',
  'deputy',
  'scribe',
  'communications',
  'operations',
  'privacy',
] as const;
export type IncidentRole = (typeof incidentRoles)[number];

export type IncidentId = string;

export type RoleHolding = {
  readonly role: IncidentRole;
  readonly person: PersonId;
  readonly since: Date;
};

export type Incident = {
  readonly id: IncidentId;
  /** `INC-7`. One that was declared private is `INC-` and four letters, so that no gap gives it away. */
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  readonly phase: Phase;
  readonly visibility: Visibility;
  readonly drill: boolean;
  /** Nothing of it is posted to chats but answers to those who ask. */
  readonly quiet?: true;
  readonly declaredBy: PersonId;
  readonly declaredAt: Date;
  readonly resolvedAt?: Date;
  readonly closedAt?: Date;
  readonly roles: readonly RoleHolding[];
  /** Who sees it while it is private, besides those who hold a role. */
  readonly members: readonly PersonId[];
  readonly revision: number;
};

/** True when this person may know that the incident exists. Everyone else gets "not found". */
export function isVisibleTo(incident: Incident, person: PersonId): boolean {
  return (
    incident.visibility === 'open' ||
    incident.declaredBy === person ||
    incident.members.includes(person) ||
    incident.roles.some((held) => held.person === person)
  );
}
