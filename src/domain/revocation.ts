/** Whether a provider still accepts a credential. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** What came of revoking a credential at its provider. */
export const revocationStates = [
  'confirmed_dead', // the provider refused it afterwards
  'already_dead', // the provider refused it before anything was asked
  'requested_unconfirmed', // asked for, or perhaps; nothing shows that it is dead
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
