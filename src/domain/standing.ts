import { beforeOf, wasLeftOn } from './action.ts';
import { keyText } from './inventory.ts';
import type { Action, Plan, PlanTarget } from './plan.ts';
import type { ReplyOutcome } from './reply.ts';
import { isFinal } from './verification.ts';
import { isOffItself } from './watch.ts';

/** One target of a plan with its levers, as far as they have come. */
export type Standing = {
  readonly target: PlanTarget;
  readonly actions: readonly Action[];
};

/** Every target in the order of the plan. */
export function standingsOf(plan: Plan, actions: readonly Action[]): readonly Standing[] {
  const own = Map.groupBy(actions, (action) => `${action.connection}/${action.workflow}`);
  return plan.targets.map((target) => ({
    target,
    actions: (own.get(keyText(target)) ?? []).toSorted((a, b) => a.ordinal - b.ordinal),
  }));
}

/**
 * What settles within this time is worth waiting for at a shell, in ms: a fire that is near, or the
 * while that a platform may take to let go of what only others start.
 */
const soonMs = 4 * 60_000;

/** True when only a later hour can settle it: the next fire of a schedule, and not a near one. */
export function waitsUntilLater(action: Action, now: Date): boolean {
  if (isFinal(action) || action.notBefore === undefined) return false;
  return action.notBefore.getTime() - now.getTime() > soonMs;
}

/**
 * How far a plan has come, told so that nobody takes it for more than it is.
 *
 * `done` only when every lever on every target is verified; `open` while something is still to come
 * without anybody's help; `failed` when something was contradicted, failed, left on or never begun.
 */
export function outcomeOf(plan: Plan, actions: readonly Action[], now: Date): ReplyOutcome {
  switch (plan.state) {
    case 'proposed':
    case 'approved':
      return 'unverified';
    case 'denied':
    case 'expired':
      return 'failed';
    case 'paused':
      return isSpoilt(actions) ? 'failed' : 'unverified';
    case 'cancelled':
      if (plan.startedAt === undefined) return 'failed';
      return goesOn(plan, actions, now) ? 'open' : ended(plan, actions);
    case 'running':
    case 'finished':
      return goesOn(plan, actions, now) ? 'open' : ended(plan, actions);
  }
}

function goesOn(plan: Plan, actions: readonly Action[], now: Date): boolean {
  if (plan.finishedAt !== undefined) return false;
  const left = actions.filter((action) => !isFinal(action));
  // When nothing is left, its job is about to write that it has ended.
  return left.length === 0 || left.some((action) => !waitsUntilLater(action, now));
}

function ended({ purpose }: Plan, actions: readonly Action[]): ReplyOutcome {
  if (isSpoilt(actions)) return 'failed';
  // An undo that only lets go of a workflow has done all that it was to do.
  const letsGo = purpose === 'undo';
  const held = actions.every(({ state }) => state === 'verified' || (letsGo && state === 'undone'));
  return held && actions.length > 0 ? 'done' : 'unverified';
}

function isSpoilt(actions: readonly Action[]): boolean {
  return actions.some(
    (action) => action.state === 'contradicted' || action.state === 'failed' || wasLeftOn(action),
  );
}

/** True when all that a plan contained was taken back: nothing of it holds any more. */
export function isTakenBack({ purpose }: Plan, actions: readonly Action[]): boolean {
  const disabling = actions.filter(({ lever }) => lever === 'disable');
  return (
    purpose === 'contain' &&
    disabling.some(({ state }) => state === 'undone') &&
    disabling.every(({ state }) => ['undone', 'skipped', 'failed'].includes(state))
  );
}

/**
 * References of the targets of which the platform was seen to say otherwise, each once; of what is
 * off itself, the copies that are on are named instead.
 */
export function contradictedOf(actions: readonly Action[]): readonly string[] {
  const contradicted = actions.filter((one) => one.state === 'contradicted' && !isOffItself(one));
  return [...new Set(contradicted.map(({ ref }) => ref))];
}

/** What a person could still do by hand, each sentence with the workflows for which it holds. */
export function byHandOf(
  actions: readonly Action[],
): readonly { readonly text: string; readonly refs: readonly string[] }[] {
  const refs = new Map<string, Set<string>>();
  for (const action of actions) {
    // Said of what is on as it was, it would read as if it were off.
    if (['undone', 'skipped', 'failed'].includes(action.state)) continue;
    if (action.lever !== 'disable') continue;
    for (const text of beforeOf(action)?.byHand ?? []) {
      refs.set(text, (refs.get(text) ?? new Set()).add(action.ref));
    }
  }
  return [...refs].map(([text, own]) => ({ text, refs: [...own] }));
}
