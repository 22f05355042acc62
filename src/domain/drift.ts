import type { PlanTarget } from './plan.ts';

/** A workflow as it is found at the moment it is to be acted on. */
export type Found = {
  readonly hash: string;
  readonly contentHash: string;
  readonly liveHash?: string;
  readonly active: boolean;
};

/** What is to be done with it, where that makes a difference. */
export type Aim = {
  /** A freeze takes all that a platform holds, whatever it has become. */
  readonly isFreeze?: boolean;
};

/** What was found: why it is left alone, or what is told of it although it is acted on. */
export type Drift =
  | { readonly isTaken: false; readonly why: string }
  | { readonly isTaken: true; readonly moved?: string };

/**
 * Whether a workflow is still what was planned to be switched off.
 *
 * One that is only off meanwhile is what the plan wants: it is taken, so that this plan keeps it
 * off as well, whoever switched it off. So is one of which the draft alone was edited: what runs is
 * what was approved, and whoever saves it once a second is not to hold off its containment. What
 * runs otherwise than planned nobody has approved.
 */
export function driftOf(target: PlanTarget | undefined, found: Found, aim: Aim = {}): Drift {
  if (found.hash === target?.observedHash) return { isTaken: true };
  if (aim.isFreeze) return { isTaken: true, moved: 'It changed since the plan was made.' };
  const isSameDraft =
    target?.observedContent !== undefined && found.contentHash === target.observedContent;
  if (isSameDraft && !found.active) return { isTaken: true };
  const isSameLive = target?.observedLive !== undefined && found.liveHash === target.observedLive;
  if (isSameLive && found.active) {
    return { isTaken: true, moved: 'Its draft changed since the plan was made; what ran did not.' };
  }
  const again = 'run “scope sync” and plan it again.';
  if (!found.active) {
    return leave(
      `It is off now, but changed since the plan was made: this plan does not keep it off; ${again}`,
    );
  }
  return isSameDraft && !target.active
    ? leave(`It was off when the plan was made and is on now; ${again}`)
    : leave(`It changed since the plan was made and is still on; ${again}`);
}

function leave(why: string): Drift {
  return { isTaken: false, why };
}
