import type { Factor } from '../domain/factor.ts';
import type { Notice } from '../domain/notice.ts';
import type { Permission, Person } from '../domain/person.ts';
import { permissions as allPermissions } from '../domain/person.ts';
import { isDrill } from '../domain/policy.ts';
import type { Loosening } from '../domain/security-leave.ts';
import { securityNotices } from '../domain/security-leave.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import { factorsBefore, personBefore } from './person-before.ts';

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

/** That a person loses the factor with which they prove that it is them. */
export function factorWanted(person: Person, factors: readonly Factor[]): Loosening {
  return {
    change: { kind: 'factor', person: person.id },
    seen: factorsBefore(factors),
    text: `take away the factor of @${person.handle}`,
  };
}

/** That somebody who had a token gets a code for another: whoever has it speaks as them. */
export function invitationWanted(person: Person): Loosening {
  return {
    change: { kind: 'invite', person: person.id },
    seen: personBefore(person),
    text: `make a new token or invitation for @${person.handle}, once`,
  };
}

/** Somebody who is added with what they may. */
type Newcomer = Pick<Person, 'id' | 'handle' | 'name' | 'permissions'>;

/** That somebody is added with permissions that two admins give. */
export function addWanted(who: Newcomer): Loosening {
  const { id, handle, name, permissions } = who;
  return {
    change: { kind: 'add', person: id, handle, name, permissions },
    seen: null,
    text: `add @${handle} (${name}) as ${listed(permissions)}`,
  };
}

/** That a person is given permissions. */
export function grantWanted(person: Person, added: readonly Permission[]): Loosening {
  const permissions = allPermissions.filter((one) => added.includes(one));
  return {
    change: { kind: 'grant', person: person.id, permissions },
    seen: personBefore(person),
    text: `make @${person.handle} ${listed(permissions)}`,
  };
}

/** That a person who was switched off may use Firebreak again. */
export function enableWanted(person: Person): Loosening {
  const had = person.permissions.length === 0 ? '' : `, who is ${listed(person.permissions)}`;
  return {
    change: { kind: 'enable', person: person.id },
    seen: personBefore(person),
    text: `switch @${person.handle} on again${had}, and invite them`,
  };
}
