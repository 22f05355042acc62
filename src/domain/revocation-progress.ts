import { accept, end, objectOf } from './action.ts';
import type { Action, Plan } from './plan.ts';
import type { Revocation, RevocationRecord } from './revocation.ts';
import { isDead } from './revocation.ts';
import type { Finding, Proof } from './verification.ts';

/** How long a provider may take to tell all its doors before what it still accepts counts, in ms. */
export const revocationSettleMs = 2 * 60_000;

/** A proof of what a provider does with a credential now. */
export function providerProof(finding: Finding, text: string, at: Date): Proof {
  return { method: 'provider', finding, text, at };
}

/**
 * What came of asking the provider, as a verdict: only its refusal is proof. What is not confirmed
 * stays *pending* until its deadline and is looked at again.
 */
export function afterRevocation(action: Action, { state, text, at }: Revocation): Action {
  switch (state) {
    case 'confirmed_dead':
    case 'already_dead':
      return {
        ...accept(action, at, revocationSettleMs),
        ...(state === 'already_dead' ? { memo: { ...objectOf(action.memo), wasDead: true } } : {}),
        state: 'verified',
        settledAt: at,
        proofs: [providerProof('agrees', text, at)],
      };
    case 'requested_unconfirmed':
    case 'still_accepted':
      return { ...accept(action, at, revocationSettleMs), state: 'pending', reason: text };
    case 'manual_required':
    case 'failed':
      return end(action, 'failed', text, at);
  }
}

/** True for a credential that its provider refused before anything was asked: it is not our work. */
export function wasDeadBefore({ lever, state, memo }: Action): boolean {
  return lever === 'revoke' && state === 'verified' && objectOf(memo)['wasDead'] === true;
}

/** What the verdict on an action says of the credential, when the provider was looked at again. */
export function revocationOf(
  action: Action,
  before: Revocation | undefined,
  now: Date,
): Revocation {
  if (action.state !== 'verified') {
    const state = action.state === 'contradicted' ? 'still_accepted' : 'requested_unconfirmed';
    return { state, text: action.reason ?? 'Not confirmed.', at: now };
  }
  if (before && isDead(before)) return before;
  const text = action.proofs.map((proof) => proof.text).join(' ');
  return { state: 'confirmed_dead', text, at: now };
}

/** The last word on a credential in its incident, after what a plan has done or seen. */
export function recordAfter(
  plan: Plan,
  action: Action,
  revocation: Revocation,
  before: RevocationRecord | undefined,
): RevocationRecord {
  return {
    ...before,
    incident: plan.incident,
    connection: action.connection,
    credential: action.workflow,
    ref: action.ref,
    name: action.workflowName,
    state: revocation.state,
    text: revocation.text,
    at: revocation.at,
    plan: plan.id,
    revision: before?.revision ?? 0,
  };
}
