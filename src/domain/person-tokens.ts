import { UserError } from '../errors.ts';
import type { PeopleChange } from './people-change.ts';
import { peopleEvent, refuseDisabled, refuseOthers } from './people-change.ts';
import type { Person, PersonToken } from './person.ts';
import type { Decider } from './plan-change.ts';
import { instanceChain } from './timeline.ts';

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
