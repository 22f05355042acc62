import { UserError } from '../errors.ts';
import type { Incident, Visibility } from './incident.ts';
import { isVisibleTo } from './incident.ts';
import type { IncidentChange } from './lifecycle.ts';
import { incidentEvent, leads, refuseClosed } from './lifecycle.ts';
import type { Person } from './person.ts';
import type { Decider } from './plan-change.ts';

/**
 * Makes an incident private, or opens it to everyone again.
 *
 * Hiding is free to everyone who may see it, because it harms nobody; opening is for those who lead.
 *
 * @throws UserError `conflict` when it is so already, `not_allowed` when opening without leading
 */
export function setVisibility(incident: Incident, to: Visibility, by: Decider): IncidentChange {
  refuseClosed(incident);
  if (incident.visibility === to) {
    throw new UserError('conflict', `${incident.name} is ${to} already.`);
  }
  if (to === 'open' && !leads(incident, by.person)) {
    throw new UserError(
      'not_allowed',
      `Only the commander of ${incident.name}, or who declared it, opens it to everyone.`,
      { hint: '`role list` shows the commander.' },
    );
  }
  // Whoever hides it must not lock themselves out.
  const members =
    to === 'private' && !isVisibleTo({ ...incident, visibility: 'private' }, by.person.id)
      ? [...incident.members, by.person.id]
      : incident.members;
  const event = incidentEvent(incident.id, by, {
    kind: 'visibility_changed',
    text: to === 'private' ? 'Made private.' : 'Opened to everyone.',
    data: { from: incident.visibility, to },
  });
  return { incidents: [{ ...incident, visibility: to, members }], events: [event] };
}

/** Lets a person see a private incident. @throws UserError `conflict` when they see it already */
export function addMember(incident: Incident, person: Person, by: Decider): IncidentChange {
  refuseOpen(incident);
  if (person.disabledAt) {
    throw new UserError('conflict', `The access of @${person.handle} was switched off.`);
  }
  if (isVisibleTo(incident, person.id)) {
    throw new UserError('conflict', `@${person.handle} sees ${incident.name} already.`);
  }
  const event = incidentEvent(incident.id, by, {
    kind: 'member_added',
    text: `@${person.handle} may see it.`,
    data: { person: person.id },
  });
  const members = [...incident.members, person.id];
  return { incidents: [{ ...incident, members }], events: [event] };
}

/** @throws UserError `conflict` when they are no member, or see it through a role or as declarer */
export function removeMember(incident: Incident, person: Person, by: Decider): IncidentChange {
  refuseOpen(incident);
  if (!incident.members.includes(person.id)) {
    throw new UserError('conflict', `@${person.handle} is no member of ${incident.name}.`);
  }
  const members = incident.members.filter((member) => member !== person.id);
  if (isVisibleTo({ ...incident, members }, person.id)) {
    throw new UserError(
      'conflict',
      `@${person.handle} holds a role in ${incident.name} or declared it, and would see it still.`,
      { hint: 'Give the role to somebody else first: `role assign commander @…`' },
    );
  }
  const event = incidentEvent(incident.id, by, {
    kind: 'member_removed',
    text: `@${person.handle} may no longer see it.`,
    data: { person: person.id },
  });
  return { incidents: [{ ...incident, members }], events: [event] };
}

function refuseOpen(incident: Incident): void {
  refuseClosed(incident);
  if (incident.visibility === 'private') return;
  throw new UserError('conflict', `${incident.name} is open: everyone sees it.`, {
    hint: '`private on` hides it from those who hold no role.',
  });
}
