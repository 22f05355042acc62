import type { Incident } from '../../domain/incident.ts';
import { isVisibleTo } from '../../domain/incident.ts';
import type { Person } from '../../domain/person.ts';
import type { Block } from '../../domain/reply.ts';
import { holderOf } from '../../domain/role.ts';
import { counted, listed } from '../../domain/wording.ts';
import type { CommandContext } from '../command.ts';
import { warned } from '../incident-view.ts';

/** So many open incidents of one person are looked through. */
const mostIncidents = 500;

/**
 * What stays without anybody when a person is switched off: incidents that they command, and
 * private ones that nobody else who can use Firebreak may see. One that the caller may not see
 * has no name here.
 */
export async function leftAlone(
  { store, caller }: Pick<CommandContext, 'store' | 'caller'>,
  person: Person,
): Promise<readonly Block[]> {
  const [theirs, people] = await Promise.all([
    store.incidents.list(person.id, { closed: false, limit: mostIncidents }),
    store.people.list(),
  ]);
  const others = people.filter((one) => one.id !== person.id && !one.disabledAt);
  const known = theirs.filter((incident) => isVisibleTo(incident, caller.person.id));
  const led = known.filter((incident) => holderOf(incident, 'commander') === person.id);
  const seenByNobody = (incident: Incident) => !others.some(({ id }) => isVisibleTo(incident, id));
  const hidden = theirs.filter(seenByNobody).length;
  return [
    ...led
      .slice(0, 1)
      .map(({ name }) =>
        warned(
          `@${person.handle} still commands ${listed(led.map((one) => one.name))}. ` +
            `Give the command to somebody: \`role assign commander @… in:${name}\``,
        ),
      ),
    ...(hidden === 0
      ? []
      : [
          warned(
            `Nobody else sees ${counted(hidden, 'private incident')} of @${person.handle} that ` +
              `${hidden === 1 ? 'is' : 'are'} open. Switch them on again (\`person enable ` +
              `@${person.handle}\`) until they have let somebody in: \`private add @…\``,
          ),
        ]),
  ];
}
