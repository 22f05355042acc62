import { beforeOf, objectOf, wasOffBefore } from './action.ts';
import type { Action } from './plan.ts';

/**
 * Keeps that a look found the workflow off, for as long as the action is known: a later look may
 * contradict it, and then it still was off between them.
 */
export function withSeenOff(action: Action): Action {
  const { lever, memo, proofs } = action;
  const isOff =
    proofs.some(({ finding }) => finding === 'agrees') &&
    !proofs.some(({ finding }) => finding === 'contradicts');
  if (lever !== 'disable' || !isOff || !beforeOf(action)) return action;
  return { ...action, memo: { ...objectOf(memo), seenOff: true } };
}

/** False for a disable that was asked for and never seen to hold: it may not have happened. */
export function wasSeenOff(action: Action): boolean {
  const { state } = action;
  if (state === 'verified' || state === 'undone' || wasOffBefore(action)) return true;
  return wasFoundOff(action);
}

/** True once a look found it off since it was asked to be. */
export function wasFoundOff({ memo }: Action): boolean {
  return objectOf(memo)['seenOff'] === true;
}
