import type { PlanTarget } from './plan.ts';

/** A workflow as it is found at the moment it is to be acted on. */
export type Found = {
  readonly hash: string;
  readonly contentHash: string;
  readonly active: boolean;
};

/**
 * Why a workflow is no longer what was planned, as a sentence; undefined while it may be acted on.
 *
 * One that is only off meanwhile is what the plan wants: it is taken, so that this plan keeps it
 * off as well, whoever switched it off. What its draft became nobody has approved.
 */
export function driftOf(target: PlanTarget | undefined, found: Found): string | undefined {
  if (found.hash === target?.observedHash) return undefined;
  const isSameDraft =
    target?.observedContent !== undefined && found.contentHash === target.observedContent;
  if (isSameDraft && !found.active) return undefined;
  const again = 'run “scope sync” and plan it again.';
  if (!found.active) {
    return `It is off now, but changed since the plan was made: this plan does not keep it off; ${again}`;
  }
  return isSameDraft && !target.active
    ? `It was off when the plan was made and is on now; ${again}`
    : `It changed since the plan was made and is still on; ${again}`;
}
