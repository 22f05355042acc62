import { UserError } from '../errors.ts';
import type { Incident, IncidentRole } from './incident.ts';
import type { IncidentChange } from './lifecycle.ts';
import { incidentEvent, refuseClosed } from './lifecycle.ts';
import type { Notice } from './notice.ts';
import type { Person, PersonId } from './person.ts';
import { may } from './person.ts';
import type { Decider } from './plan-change.ts';

/** Roles whose holders act, so that a title without the permission is refused at once. */
const actingRoles: readonly IncidentRole[] = ['commander', 'deputy', 'operations'];

/** Who holds a role. */
export function holderOf(incident: Incident, role: IncidentRole): PersonId | undefined {
  return incident.roles.find((held) => held.role === role)?.person;
}

/** Who gets which role, from whom, and why where its holder does not give it. */
export type GivenRole = {
  readonly role: IncidentRole;
  readonly person: Person;
  /** The present holder. */
  readonly before?: Person;
  readonly why?: string;
};

/**
 * Gives an incident role to a person, whoever held it before. Claiming is giving it to oneself.
 *
 * @throws UserError `conflict` when they hold it already, when their access was switched off, when
 *   they lack the permission without which the role is empty, or when it is taken from a commander
 *   without a reason
 */
export function assignRole(incident: Incident, what: GivenRole, by: Decider): IncidentChange {
  const { role, person, before, why } = what;
  refuseClosed(incident);
  if (holderOf(incident, role) === person.id) {
    throw new UserError('conflict', `@${person.handle} is ${role} already.`);
  }
  refuseUnfit(role, person);
  refuseSilentTaking(incident, what, by);
  const claims = person.id === by.person.id;
  const event = incidentEvent(incident.id, by, {
    kind: claims ? 'role_claimed' : 'role_assigned',
    text: `@${person.handle} is ${role}.${sinceWords(what)}`,
    data: {
      role,
      person: person.id,
      ...(before === undefined ? {} : { before: before.id }),
      ...(why === undefined ? {} : { reason: why }),
    },
  });
  const others = incident.roles.filter((held) => held.role !== role);
  const roles = [...others, { role, person: person.id, since: by.now }];
  return { incidents: [{ ...incident, roles }], events: [event] };
}

/** What both must hear when somebody else makes another person commander. */
export function roleNotices(
  incident: Incident,
  what: GivenRole,
  by: Decider,
  newId: () => string,
): readonly Notice[] {
  const { role, person, before } = what;
  if (role !== 'commander') return [];
  const made = person.id === by.person.id ? 'took the command' : `made @${person.handle} commander`;
  return [before, person]
    .filter((one) => one !== undefined)
    .filter(({ id }) => id !== by.person.id)
    .map(({ id }) => ({
      id: newId(),
      person: id,
      incident: incident.id,
      at: by.now,
      urgent: true,
      text: `${incident.drill ? 'Drill: ' : ''}@${by.person.handle} ${made} of ${incident.name}.${sinceWords(what)}`,
    }));
}

function sinceWords({ before, why }: GivenRole): string {
  const from = before === undefined ? '' : ` It was @${before.handle}.`;
  return why === undefined ? from : `${from} Why: ${why}`;
}

/** The commander may override what needs two: nobody takes that from one who is there unsaid. */
function refuseSilentTaking(incident: Incident, what: GivenRole, by: Decider): void {
  const { role, person, before, why } = what;
  if (role !== 'commander' || before === undefined || why !== undefined) return;
  if (before.id === by.person.id || before.disabledAt) return;
  const holder = `@${before.handle}`;
  const line =
    person.id === by.person.id ? 'role claim commander' : `role assign commander @${person.handle}`;
  throw new UserError(
    'conflict',
    `${holder} commands ${incident.name}. Say why somebody else takes it.`,
    {
      hint: `e.g. \`${line} ${holder} does not answer\`, or ${holder} hands it over: \`role assign commander @${person.handle}\``,
    },
  );
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
