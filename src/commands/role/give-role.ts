import type { IncidentRole } from '../../domain/incident.ts';
import type { Person } from '../../domain/person.ts';
import type { View } from '../../domain/reply.ts';
import { assignRole, holderOf, roleNotices } from '../../domain/role.ts';
import type { CommandContext } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentOf } from '../incident-of.ts';
import { changeView } from '../incident-view.ts';

/** What `role assign` and `role claim` have in common: one role goes to one person. */
export async function giveRole(
  context: CommandContext,
  what: {
    readonly role: IncidentRole;
    readonly person: Person;
    readonly why?: string;
    readonly in?: string;
  },
): Promise<View> {
  const { incident, note } = await incidentOf(context, what.in);
  const holder = holderOf(incident, what.role);
  const before = holder === undefined ? undefined : await context.store.people.byId(holder);
  const by = deciderOf(context);
  const given = {
    role: what.role,
    person: what.person,
    ...(before === undefined ? {} : { before }),
    ...(what.why === undefined ? {} : { why: what.why }),
  };
  const change = assignRole(incident, given, by);
  const notices = roleNotices(incident, given, by, context.newId);
  await context.store.save({ ...change, notices });
  return changeView(change.incidents[0], {
    text: change.events[0].text,
    blocks: note,
    next: ['role list', 'status'],
  });
}
