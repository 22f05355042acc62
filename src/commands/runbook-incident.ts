import { incidentRoles, phases, severities } from '../domain/incident.ts';
import { moveToPhase, postUpdate, setSeverity } from '../domain/lifecycle.ts';
import { setVisibility } from '../domain/privacy.ts';
import { assignRole, holderOf } from '../domain/role.ts';
import { stepText } from '../domain/runbook-input.ts';
import { UserError } from '../errors.ts';
import type { Change } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import type { Carried, Here } from './runbook-carried.ts';

/** The step actions that do. */
export type IncidentDeed =
  | 'incident.private'
  | 'incident.sev'
  | 'incident.phase'
  | 'incident.update'
  | 'role.claim';

/** Carries out a step that changes the incident itself. */
export async function changeIncident(
  context: CommandContext,
  { walk, incident, deed }: Here,
  action: IncidentDeed,
): Promise<Carried> {
  const by = deciderOf(context);
  const value = deed.value ? stepText(deed.value, walk.run.inputs) : '';
  switch (action) {
    case 'incident.private':
      return incident.visibility === 'private'
        ? already(`${incident.name} is private already.`)
        : ended(setVisibility(incident, 'private', by));
    case 'incident.sev':
      return incident.severity === value
        ? already(`The severity is ${value} already.`)
        : ended(setSeverity(incident, oneOf(severities, value), by));
    case 'incident.phase':
      return incident.phase === value
        ? already(`${incident.name} is in ${value} already.`)
        : ended(moveToPhase(incident, oneOf(phases, value), by));
    case 'incident.update':
      return ended({ events: [postUpdate(incident, value, by)] });
    case 'role.claim': {
      const role = oneOf(incidentRoles, value);
      const holder = holderOf(incident, role);
      if (holder === by.person.id) return already(`@${by.person.handle} is ${role} already.`);
      const before = holder === undefined ? undefined : await context.store.people.byId(holder);
      if (role === 'commander' && before && !before.disabledAt) {
        // Whoever takes the command from somebody who is there says why, with the line for it.
        return already(`@${before.handle} is ${role} already.`);
      }
      const what = { role, person: context.caller.person, ...(before ? { before } : {}) };
      return ended(assignRole(incident, what, by));
    }
  }
}

function oneOf<T extends string>(known: readonly T[], value: string): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UserError('bad_input', `“${value}” is none of: ${known.join(', ')}.`);
}

function ended(change: Change): Carried {
  return { change, text: change.events?.[0]?.text ?? '', ends: true, blocks: [] };
}

/** A step asks for a state, so one that is reached is done, whoever reached it. */
function already(text: string): Carried {
  return { change: {}, text, ends: true, blocks: [] };
}
