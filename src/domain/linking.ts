import { UserError } from '../errors.ts';
import type { IdentityId } from './heard.ts';
import type { PeopleChange } from './people-change.ts';
import { peopleEvent, refuseDisabled, refuseOthers } from './people-change.ts';
import type { NewToken } from './person-tokens.ts';
import type { Person, PersonId, PersonToken } from './person.ts';
import type { Decider } from './plan-change.ts';
import { instanceChain } from './timeline.ts';

/** A code that links a chat account is good so long, in ms. */
export const linkCodeMs = 15 * 60_000;

/** A chat account that is a person's. */
export type Link = {
  readonly identity: IdentityId;
  readonly person: PersonId;
  /** As the surface called it when it was linked. */
  readonly name: string;
  readonly linkedAt: Date;
};

/** What linking leaves to be stored. */
export type LinkChange = PeopleChange & {
  readonly identities?: readonly Link[];
  readonly identityDrops?: readonly IdentityId[];
};

/** A code for oneself, made where one is signed in. The one that was made before is void. */
export function issueLinkCode(
  token: NewToken & { readonly kind: 'link' },
  before: readonly PersonToken[],
  by: Decider,
): PeopleChange {
  refuseDisabled(by.person);
  const ended = before
    .filter(({ kind, revokedAt }) => kind === 'link' && revokedAt === undefined)
    .map((one) => ({ ...one, revokedAt: by.now }));
  return {
    tokens: [...ended, { ...token, person: by.person.id, issuedAt: by.now }],
    events: [
      peopleEvent(
        by,
        by.person,
        'link_code_issued',
        `@${by.person.handle} made a code to link a chat account.`,
        { token: token.id },
      ),
    ],
  };
}

/**
 * Makes an account a person's, by their code, which ends with it.
 *
 * @param account.owner  who it is until now: a guest, or somebody it is linked to
 * @throws UserError `conflict` when it is linked already, `not_allowed` when the person is off
 */
export function linkAccount(
  person: Person,
  account: { readonly identity: IdentityId; readonly name: string; readonly owner: Person },
  token: PersonToken,
  by: Pick<Decider, 'now' | 'source'>,
): LinkChange {
  refuseDisabled(person);
  const { identity, name, owner } = account;
  if (owner.guestOf === undefined) {
    const whose = owner.id === person.id ? 'yours' : `@${owner.handle}’s`;
    throw new UserError('conflict', `This account is ${whose} already.`, {
      hint: '`me unlink` takes the link away.',
    });
  }
  const text = `@${person.handle} linked the account ${identity} (${name}).`;
  return {
    tokens: [{ ...token, revokedAt: by.now }],
    identities: [{ identity, person: person.id, name, linkedAt: by.now }],
    events: [
      peopleEvent({ ...by, person }, person, 'account_linked', text, {
        identity,
        guest: owner.id,
      }),
    ],
  };
}

/** Takes links of a person away: their own, or (admins) somebody else's. */
export function unlinkAccounts(
  person: Person,
  links: readonly Pick<Link, 'identity'>[],
  by: Decider,
): LinkChange {
  if (person.id !== by.person.id) refuseOthers(by.person);
  const identities = links.map(({ identity }) => identity);
  const [only] = identities;
  if (only === undefined) {
    throw new UserError('conflict', `@${person.handle} has no linked account.`);
  }
  const what = identities.length === 1 ? `the account ${only}` : `${identities.length} accounts`;
  return {
    identityDrops: identities,
    events: [
      peopleEvent(by, person, 'account_unlinked', `@${person.handle} is no longer ${what}.`, {
        identities,
      }),
    ],
  };
}

/** Somebody said a code that was used or void already: more than one has read it. */
export function linkRefused(
  person: Person,
  what: { readonly token: PersonToken; readonly identity: IdentityId },
  by: Pick<Decider, 'now' | 'source'>,
): PeopleChange {
  return {
    events: [
      {
        chain: instanceChain,
        actor: { kind: 'firebreak' },
        source: by.source,
        occurredAt: by.now,
        kind: 'link_refused',
        text:
          `The account ${what.identity} said a code of @${person.handle} that was used or void ` +
          `already. If that was not @${person.handle}, another has read the code.`,
        data: { person: person.id, token: what.token.id, identity: what.identity },
      },
    ],
  };
}
