import { UserError } from '../errors.ts';
import type { Incident, IncidentRole } from './incident.ts';
import type { IncidentChange } from './lifecycle.ts';
import { incidentEvent, refuseClosed } from './lifecycle.ts';
import type { Person, PersonId } from './person.ts';
import { may } from './person.ts';
import type { Decider } from './plan-change.ts';

/** Roles whose holders act, so that a title without the permission is refused at once. */
const actingRoles: readonly IncidentRole[] = ['commander', 'deputy', 'operations'];

/** Who holds a role. */
export function holderOf(incident: Incident, role: IncidentRole): PersonId | undefined {
  return incident.roles.find((held) => held.role === role)?.person;
}

/**
 * Gives an incident role to a person, whoever held it before. Claiming is giving it to oneself.
 *
 * @param before  the present holder, for the record
 * @throws UserError `conflict` when they hold it already, when their access was switched off, or
 *   when they lack the permission without which the role is empty
 */
export function assignRole(
  incident: Incident,
  what: { readonly role: IncidentRole; readonly person: Person; readonly before?: Person },
  by: Decider,
): IncidentChange {
  const { role, person, before } = what;
  refuseClosed(incident);
  if (holderOf(incident, role) === person.id) {
    throw new UserError('conflict', `@${person.handle} is ${role} already.`);
  }
  refuseUnfit(role, person);
  const claims = person.id === by.person.id;
  const from = before === undefined ? '' : ` It was @${before.handle}.`;
  const event = incidentEvent(incident.id, by, {
    kind: claims ? 'role_claimed' : 'role_assigned',
    text: `@${person.handle} is ${role}.${from}`,
    data: {
      role,
      person: person.id,
      ...(before === undefined ? {} : { before: before.id }),
    },
  });
  const others = incident.roles.filter((held) => held.role !== role);
  const roles = [...others, { role, person: person.id, since: by.now }];
  return { incidents: [{ ...incident, roles }], events: [event] };
}

function refuseUnfit(role: IncidentRole, person: Person): void {
  if (person.disabledAt) {
    throw new UserError('conflict', `The access of @${person.handle} was switched off.`);
  }
  if (!may(person, 'viewer')) {
    throw new UserError('conflict', `@${person.handle} has no permission at all yet.`, {
      hint: `Ask an admin to type \`person grant @${person.handle} responder\``,
    });
  }
  if (actingRoles.includes(role) && !may(person, 'responder')) {
    throw new UserError('conflict', `A ${role} must be responder; @${person.handle} is not.`, {
      hint: `Ask an admin to type \`person grant @${person.handle} responder\``,
    });
  }
}
