import { UserError } from '../errors.ts';
import type { PeopleChange } from './people-change.ts';
import {
  inOneOrder,
  peopleEvent,
  refuseDisabled,
  refuseOthers,
  witnesses,
} from './people-change.ts';
import type { Permission, Person, PersonId } from './person.ts';
import { grantsOf, maySecond } from './person.ts';
import type { Decider } from './plan-change.ts';
import { listed } from './wording.ts';

/**
 * Gives permissions, or stands by those that another admin gave. Admins only.
 *
 * A yes of somebody whose permission is new does not count yet, unless two admins gave it: so the
 * second one types the same line.
 *
 * @param askedBy  the admin who asked for it, when `by` is the one who agreed
 * @throws UserError `conflict` when they have them all, and nobody but the same admin stands by it
 */
export function grant(
  person: Person,
  permissions: readonly Permission[],
  by: Decider,
  askedBy?: PersonId,
): PeopleChange {
  refuseOthers(by.person);
  refuseDisabled(person);
  refuseGuest(person);
  const added = [...new Set(permissions)].filter((one) => !person.permissions.includes(one));
  if (added.length === 0) {
    const seconded = permissions.filter((one) => maySecond(person, one, by.person.id));
    if (seconded.length > 0) return second(person, seconded, by);
    throw new UserError('conflict', `@${person.handle} is ${listed(permissions)} already.`);
  }
  return {
    people: [
      {
        ...person,
        permissions: [...person.permissions, ...added],
        grants: { ...person.grants, ...givenBy(person, added, by, askedBy) },
      },
    ],
    events: [
      peopleEvent(by, person, 'permissions_granted', `@${person.handle} is now ${listed(added)}.`, {
        permissions: added,
      }),
    ],
  };
}

/**
 * Permissions as they are given: by one admin, or by the one who asked and the one who agreed. Whom
 * it is about stands by nothing of their own.
 */
export function givenBy(
  person: Pick<Person, 'id'>,
  added: readonly Permission[],
  by: Decider,
  askedBy: PersonId | undefined,
): NonNullable<Person['grants']> {
  if (askedBy === undefined || askedBy === by.person.id) {
    return grantsOf(added, by.person.id, by.now);
  }
  const isAbout = person.id === askedBy || person.id === by.person.id;
  const secondedBy = isAbout ? {} : { secondedBy: by.person.id };
  const given = { at: by.now, by: askedBy, ...secondedBy };
  return Object.fromEntries(added.map((permission) => [permission, given]));
}

/** Nobody has shown yet who a guest is: it may be somebody who is here already. */
function refuseGuest({ guestOf, handle }: Person): void {
  if (guestOf === undefined) return;
  throw new UserError('conflict', `@${handle} is a guest of a chat: nobody knows yet who it is.`, {
    hint: 'Add the person (`person add @…`); they link their account themselves with `me link`.',
  });
}

function second(person: Person, permissions: readonly Permission[], by: Decider): PeopleChange {
  const seconded = permissions.flatMap((permission) => {
    const given = person.grants?.[permission];
    return given ? [[permission, { ...given, secondedBy: by.person.id }] as const] : [];
  });
  return {
    people: [{ ...person, grants: { ...person.grants, ...Object.fromEntries(seconded) } }],
    events: [
      peopleEvent(
        by,
        person,
        'permissions_seconded',
        `@${person.handle} is ${listed(permissions)} on the word of two admins.`,
        { permissions },
      ),
    ],
  };
}

/**
 * Takes permissions away. Admins only.
 *
 * When it is `admin`, the change also names an admin who stays, as they were: the store guards
 * both revisions, so that two admins who remove each other at once cannot both succeed.
 *
 * @param entering  who can get in: an admin who never took up the invitation is none to rely on
 * @throws UserError `conflict` for the last admin who can get in, or when they have none of them
 */
export function revokePermission(
  person: Person,
  permissions: readonly Permission[],
  entering: readonly Person[],
  by: Decider,
): PeopleChange {
  refuseOthers(by.person);
  const taken = [...new Set(permissions)].filter((one) => person.permissions.includes(one));
  if (taken.length === 0) {
    throw new UserError('conflict', `@${person.handle} is not ${listed(permissions)}.`, {
      hint:
        person.permissions.length === 0
          ? '`person list` shows who is.'
          : `@${person.handle} is ${listed(person.permissions)}; \`person list\` shows who is what.`,
    });
  }
  const stays = taken.includes('admin') ? witnesses(person, entering) : [];
  const left = person.permissions.filter((one) => !taken.includes(one));
  return {
    people: inOneOrder([
      { ...person, permissions: left, ...(stays.length === 0 ? {} : { adminUntil: by.now }) },
      ...stays,
    ]),
    events: [
      peopleEvent(
        by,
        person,
        'permissions_revoked',
        `@${person.handle} is no longer ${listed(taken)}.`,
        { permissions: taken },
      ),
    ],
  };
}
