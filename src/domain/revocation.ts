import type { Connection, ConnectionId } from './connection.ts';
import type { IncidentId } from './incident.ts';
import type { Credential } from './inventory.ts';
import type { PersonId } from './person.ts';
import type { ProviderKind } from './provider.ts';

/** Whether a provider still accepts a credential. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** What came of revoking a credential at its provider. */
export const revocationStates = [
  'confirmed_dead', // the provider refused it afterwards
  'already_dead', // the provider refused it before anything was asked
  'requested_unconfirmed', // asked for, or perhaps; nothing shows that it is dead
  'still_accepted', // asked for; long after, the provider was seen to accept it all the same
  'manual_required', // Firebreak has no way to this provider
  'failed', // the provider said no
] as const;
export type RevocationState = (typeof revocationStates)[number];

/** A credential's revocation as it stands, with the reason in one sentence. */
export type Revocation = {
  readonly state: RevocationState;
  readonly text: string;
  readonly at: Date;
};

/** What a person says to have done or seen at a provider, where Firebreak cannot look. */
export type Testimony = { readonly by: PersonId; readonly at: Date; readonly text: string };

/** What became of one credential in one incident. */
export type RevocationRecord = Revocation & {
  readonly incident: IncidentId;
  readonly connection: ConnectionId;
  /** The platform's own id. */
  readonly credential: string;
  /** `c3`. */
  readonly ref: string;
  readonly name: string;
  /** The plan that asked the provider, by its id. */
  readonly plan?: string;
  /** Who says to have revoked it by hand. Never proof. */
  readonly doneByHand?: Testimony;
  /** Who else says that it is dead. */
  readonly confirmedByHand?: Testimony;
  readonly revision: number;
};

/** What must be known of a credential to tell who can revoke it. */
export type Revocable = Pick<Credential, 'type' | 'onlyReferenced' | 'provider'>;

/** How a credential can be made worthless at its provider: by Firebreak, or by these steps. */
export type RevocationWay =
  | { readonly kind: 'firebreak'; readonly provider: string }
  | {
      readonly kind: 'by_hand';
      readonly why: string;
      readonly steps: readonly string[];
      /** Firebreak could do it itself, once an admin gives it the way there. */
      readonly couldLearn?: ProviderKind;
    };

/** Tells which way there is; pure, so that a plan knows it before anything is asked. */
export type WayOf = (connection: Connection, credential: Revocable) => RevocationWay;

/** True when nothing more is to be asked of the provider: it refuses the credential. */
export function isDead({ state }: Revocation): boolean {
  return state === 'confirmed_dead' || state === 'already_dead';
}

/** True when its provider was asked and has not been seen to refuse it: a look may still prove it. */
export function isAskedFor({ state }: Revocation): boolean {
  return state === 'requested_unconfirmed' || state === 'still_accepted';
}

/** True when its users may meet a refusal because of what was done at its provider. */
export function mayBeDead(record: RevocationRecord): boolean {
  return isDead(record) || isAskedFor(record) || record.doneByHand !== undefined;
}

/** The state for people; what only people say is marked as such. */
export function revocationWords(record: RevocationRecord): string {
  switch (record.state) {
    case 'confirmed_dead':
      return 'dead: its provider refuses it';
    case 'already_dead':
      return 'dead already when Firebreak looked';
    case 'requested_unconfirmed':
      return 'asked for, not confirmed';
    case 'still_accepted':
      return 'NOT revoked: its provider still accepts it';
    case 'failed':
      return 'failed';
    case 'manual_required':
      if (!record.doneByHand) return 'to be revoked by hand';
      return record.confirmedByHand
        ? 'revoked by hand, confirmed by a second person; not verified by Firebreak'
        : 'revoked by hand, confirmed by nobody yet; not verified by Firebreak';
  }
}
