import { UserError } from '../errors.ts';
import type { PeopleChange } from './people-change.ts';
import { peopleEvent, refuseDisabled, refuseOthers } from './people-change.ts';
import type { Permission, Person, PersonId, PersonToken } from './person.ts';
import { grantsOf, may, maySecond } from './person.ts';
import type { Decider } from './plan-change.ts';
import { instanceChain } from './timeline.ts';
import { listed } from './wording.ts';

const handlePattern = /^[a-z0-9][a-z0-9._-]{0,38}$/;
// Words that a chat or a reader would take for something else than a person.
const reservedHandles = ['me', 'all', 'here', 'channel', 'everyone', 'group', 'firebreak'];

/** Adds a person. They can do nothing before they are granted a permission. Admins only. */
export function addPerson(
  who: {
    readonly id: PersonId;
    readonly handle: string;
    readonly name: string;
    readonly permissions: readonly Permission[];
  },
  by: Decider,
): PeopleChange {
  refuseOthers(by.person);
  const handle = who.handle.toLowerCase();
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
    ...(permissions.length === 0 ? {} : { grants: grantsOf(permissions, by.person.id, by.now) }),
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
 * Gives permissions, or stands by those that another admin gave. Admins only.
 *
 * A yes of somebody whose permission is new does not count yet, unless two admins gave it: so the
 * second one types the same line.
 *
 * @throws UserError `conflict` when they have them all, and nobody but the same admin stands by it
 */
export function grant(
  person: Person,
  permissions: readonly Permission[],
  by: Decider,
): PeopleChange {
  refuseOthers(by.person);
  refuseDisabled(person);
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
        grants: { ...person.grants, ...grantsOf(added, by.person.id, by.now) },
      },
    ],
    events: [
      peopleEvent(by, person, 'permissions_granted', `@${person.handle} is now ${listed(added)}.`, {
        permissions: added,
      }),
    ],
  };
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
    throw new UserError('conflict', `@${person.handle} is not ${listed(permissions)}.`);
  }
  const stays = taken.includes('admin') ? witnesses(person, entering) : [];
  const left = person.permissions.filter((one) => !taken.includes(one));
  return {
    people: inOneOrder([{ ...person, permissions: left }, ...stays]),
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
  return {
    people: [enabled],
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

/** A token or code that was made elsewhere; only its SHA-256 comes here. */
export type NewToken = {
  readonly id: string;
  readonly kind: PersonToken['kind'];
  /** Hex. */
  readonly sha256: string;
  readonly expiresAt?: Date;
};

/**
 * Issues a CLI token or an invitation. Everyone for themselves, admins for others.
 *
 * @throws UserError `not_allowed` for others' tokens without being admin, `conflict` when switched off
 */
export function issueToken(person: Person, token: NewToken, by: Decider): PeopleChange {
  if (person.id !== by.person.id || token.kind === 'invitation') refuseOthers(by.person);
  refuseDisabled(by.person);
  refuseDisabled(person);
  const kind = token.kind === 'cli' ? 'token_issued' : 'invitation_issued';
  const what = token.kind === 'cli' ? 'A CLI token' : 'An invitation';
  return {
    tokens: [{ ...token, person: person.id, issuedAt: by.now }],
    events: [
      peopleEvent(by, person, kind, `${what} was issued for @${person.handle}.`, {
        token: token.id,
        ...(token.expiresAt ? { expiresAt: token.expiresAt.toISOString() } : {}),
      }),
    ],
  };
}

/**
 * Trades an invitation, which ends with it, for the person's own CLI token.
 *
 * The person stands in the change as they were, so that of two who type one code at the same
 * moment the store lets one through.
 */
export function redeemInvitation(
  person: Person,
  what: { readonly invitation: PersonToken; readonly token: NewToken },
  by: Decider,
): PeopleChange {
  const { invitation, token } = what;
  refuseDisabled(person);
  const dead =
    invitation.kind !== 'invitation' ||
    invitation.person !== person.id ||
    invitation.revokedAt !== undefined ||
    (invitation.expiresAt !== undefined && invitation.expiresAt <= by.now);
  if (dead) {
    throw new UserError('not_allowed', 'This invitation is no longer good.', {
      hint: `Ask an admin for a new one: \`firebreak person invite ${person.handle}\``,
    });
  }
  return {
    people: [person],
    tokens: [
      { ...invitation, revokedAt: by.now },
      { ...token, person: person.id, issuedAt: by.now },
    ],
    events: [
      peopleEvent(
        by,
        person,
        'invitation_redeemed',
        `@${person.handle} took up the invitation and has a CLI token.`,
        { invitation: invitation.id, token: token.id },
      ),
    ],
  };
}

/**
 * Somebody typed an invitation that was used or withdrawn: its code is known to more than one.
 *
 * The person stands in the change as they were, so that of many attempts at once one is recorded.
 */
export function invitationRefused(
  person: Person,
  invitation: PersonToken,
  now: Date,
): PeopleChange {
  return {
    people: [person],
    events: [
      {
        chain: instanceChain,
        actor: { kind: 'firebreak' },
        source: 'cli',
        occurredAt: now,
        kind: 'invitation_refused',
        text:
          `Somebody typed an invitation of @${person.handle} that was used or withdrawn already. ` +
          `If that was not @${person.handle}, another has read the code: switch their access off ` +
          'and invite them again.',
        data: { person: person.id, invitation: invitation.id },
      },
    ],
  };
}

/** Ends tokens and invitations of a person. Everyone their own, admins those of others. */
export function revokeTokens(
  person: Person,
  tokens: readonly PersonToken[],
  by: Decider,
): PeopleChange {
  if (person.id !== by.person.id) refuseOthers(by.person);
  const ended = endAll(tokens, by.now);
  if (ended.length === 0) {
    throw new UserError('conflict', `@${person.handle} has no token that is still good.`);
  }
  return {
    tokens: ended,
    events: [
      peopleEvent(by, person, 'tokens_revoked', `The tokens of @${person.handle} were revoked.`, {
        tokens: ended.map(({ id }) => id),
      }),
    ],
  };
}

function endAll(tokens: readonly PersonToken[], now: Date): readonly PersonToken[] {
  return tokens.filter((one) => !one.revokedAt).map((one) => ({ ...one, revokedAt: now }));
}

/** One admin who remains and can get in. @throws UserError `conflict` when there is none */
function witnesses(leaving: Person, entering: readonly Person[]): readonly [Person] {
  const remaining = entering.find((one) => one.id !== leaving.id && may(one, 'admin'));
  if (remaining !== undefined) return [remaining];
  throw new UserError(
    'conflict',
    `Without @${leaving.handle} there is no admin who can get in, so they stay one.`,
    {
      hint:
        'Make somebody else admin first (`person grant @… admin`) and invite them ' +
        '(`person invite @…`): they count once they have taken the invitation up.',
    },
  );
}

/** Rows are locked in the order they are written; one order keeps two changes from a deadlock. */
function inOneOrder(people: readonly Person[]): readonly Person[] {
  return people.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
