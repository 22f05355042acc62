import { UserError } from '../errors.ts';
import type { PeopleChange } from './people-change.ts';
import {
  inOneOrder,
  peopleEvent,
  refuseDisabled,
  refuseOthers,
  witnesses,
} from './people-change.ts';
import { givenBy } from './permissions.ts';
import type { Permission, Person, PersonId, PersonToken } from './person.ts';
import { may } from './person.ts';
import type { Decider } from './plan-change.ts';
import { instanceChain } from './timeline.ts';
import { listed } from './wording.ts';

const handleLettersAtMost = 39;
const handlePattern = /^[a-z0-9][a-z0-9._-]*$/;
// Words that a chat or a reader would take for something else than a person.
const reservedHandles = ['me', 'all', 'here', 'channel', 'everyone', 'group', 'firebreak'];

/**
 * Adds a person. They can do nothing before they are granted a permission. Admins only.
 *
 * @param askedBy  the admin who asked for it, when `by` is the one who agreed
 */
export function addPerson(
  who: {
    readonly id: PersonId;
    readonly handle: string;
    readonly name: string;
    readonly permissions: readonly Permission[];
  },
  by: Decider,
  askedBy?: PersonId,
): PeopleChange {
  refuseOthers(by.person);
  const handle = who.handle.toLowerCase();
  if (handle.length > handleLettersAtMost) {
    throw new UserError('bad_input', `A handle has at most ${handleLettersAtMost} characters.`, {
      hint: `“${handle.slice(0, handleLettersAtMost)}…” has ${handle.length}; the name may be longer.`,
    });
  }
  if (!handlePattern.test(handle) || reservedHandles.includes(handle)) {
    throw new UserError('bad_input', `“${who.handle}” cannot be a handle.`, {
      hint: 'Letters, digits, dot, dash and underscore, e.g. `person add @ana.ruiz Ana Ruiz`',
    });
  }
  const permissions = [...new Set(who.permissions)];
  const person: Person = {
    ...who,
    handle,
    permissions,
    ...(permissions.length === 0 ? {} : { grants: givenBy(who, permissions, by, askedBy) }),
    addedAt: by.now,
    revision: 0,
  };
  const having = permissions.length === 0 ? 'without permissions' : `as ${listed(permissions)}`;
  return {
    people: [person],
    events: [
      peopleEvent(by, person, 'person_added', `@${handle} (${who.name}) added ${having}.`, {
        handle,
        permissions,
      }),
    ],
  };
}

/**
 * Switches a person off: no permission holds, and their tokens and invitations end. Admins only.
 *
 * @param their.entering  who can get in, as for `revokePermission`
 * @throws UserError `conflict` for the last admin who can get in, or when they are off already
 */
export function disablePerson(
  person: Person,
  their: { readonly tokens: readonly PersonToken[]; readonly entering: readonly Person[] },
  by: Decider,
): PeopleChange {
  refuseOthers(by.person);
  refuseDisabled(person);
  const stays = may(person, 'admin') ? witnesses(person, their.entering) : [];
  const tokens = endAll(their.tokens, by.now);
  return {
    people: inOneOrder([{ ...person, disabledAt: by.now }, ...stays]),
    tokens,
    events: [
      peopleEvent(by, person, 'person_disabled', `@${person.handle} was switched off.`, {
        tokens: tokens.length,
      }),
    ],
  };
}

/** Switches a person on again, with the permissions they had; their old tokens stay dead. */
export function enablePerson(person: Person, by: Decider): PeopleChange {
  refuseOthers(by.person);
  const { disabledAt, ...enabled } = person;
  if (!disabledAt) throw new UserError('conflict', `@${person.handle} is not switched off.`);
  const wasAdmin = person.permissions.includes('admin');
  return {
    people: [{ ...enabled, ...(wasAdmin ? { adminUntil: disabledAt } : {}) }],
    events: [
      peopleEvent(by, person, 'person_enabled', `@${person.handle} was switched on again.`, {
        permissions: person.permissions,
      }),
    ],
  };
}

/**
 * Gives the local operator back what it takes to decide about people. For an instance in which no
 * admin can get in any more, as when the last one's token has expired: whoever reads the data
 * directory has its keys and its database, so nobody gains by it what they did not have.
 */
export function returnOperator(operator: Person, now: Date): PeopleChange {
  const { disabledAt: _, ...enabled } = operator;
  const isAdmin = operator.permissions.includes('admin');
  const permissions = isAdmin ? operator.permissions : [...operator.permissions, 'admin' as const];
  return {
    people: [{ ...enabled, permissions }],
    events: [
      {
        chain: instanceChain,
        actor: { kind: 'firebreak' },
        source: 'system',
        occurredAt: now,
        kind: 'operator_returned',
        text: `No admin could get in any more, so @${operator.handle} is one again.`,
        data: { person: operator.id, permissions },
      },
    ],
  };
}

/** The zone in which a person reads and writes times. Only their own. */
export function setTimeZone(timeZone: string, by: Decider): PeopleChange {
  const { person } = by;
  if (person.timeZone === timeZone) {
    throw new UserError('conflict', `Your zone is ${timeZone} already.`);
  }
  return {
    people: [{ ...person, timeZone }],
    events: [
      peopleEvent(by, person, 'time_zone_set', `@${person.handle} is in ${timeZone}.`, {
        timeZone,
      }),
    ],
  };
}

function endAll(tokens: readonly PersonToken[], now: Date): readonly PersonToken[] {
  return tokens.filter((one) => !one.revokedAt).map((one) => ({ ...one, revokedAt: now }));
}
