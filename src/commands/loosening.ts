import type { Notice } from '../domain/notice.ts';
import type { Permission, Person } from '../domain/person.ts';
import { permissions as allPermissions } from '../domain/person.ts';
import { isDrill } from '../domain/policy.ts';
import { securityNotices } from '../domain/security-leave.ts';
import { listed } from '../domain/wording.ts';
import type { Loosening } from './ask-another.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import { reasonOf } from './inputs.ts';
import { personBefore } from './person-before.ts';

/** With which the local operator goes alone. */
export const aloneOption = {
  alone: 'Why the local operator does it in a shell without another admin, who cannot be asked',
};
export const aloneInput = { alone: reasonOf(500).exactOptional() };

/** What all other admins are told of what is taken away, which waits for nobody. Drills tell none. */
export async function takenAwayNotices(
  context: CommandContext,
  text: string,
): Promise<readonly Notice[]> {
  const { store, newId } = context;
  if (isDrill(await store.connections.list())) return [];
  const people = await store.people.list();
  return securityNotices(text, { people, by: deciderOf(context), newId });
}

/** Somebody who is added with what they may. */
type Newcomer = Pick<Person, 'id' | 'handle' | 'name' | 'permissions'>;

/** That somebody is added with permissions that two admins give. */
export function addWanted(who: Newcomer, alone: string | undefined): Loosening {
  const { id, handle, name, permissions } = who;
  return {
    change: { kind: 'add', person: id, handle, name, permissions },
    seen: null,
    text: `add @${handle} (${name}) as ${listed(permissions)}`,
    alone,
  };
}

/** That a person is given permissions. */
export function grantWanted(
  person: Person,
  added: readonly Permission[],
  alone: string | undefined,
): Loosening {
  const permissions = allPermissions.filter((one) => added.includes(one));
  return {
    change: { kind: 'grant', person: person.id, permissions },
    seen: personBefore(person),
    text: `make @${person.handle} ${listed(permissions)}`,
    alone,
  };
}

/** That a person who was switched off may use Firebreak again. */
export function enableWanted(person: Person, alone: string | undefined): Loosening {
  const had = person.permissions.length === 0 ? '' : `, who is ${listed(person.permissions)}`;
  return {
    change: { kind: 'enable', person: person.id },
    seen: personBefore(person),
    text: `switch @${person.handle} on again${had}`,
    alone,
  };
}
