import { UserError } from '../errors.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { cancelPlan } from './plan-life.ts';
import { planAgainLine, purposeWords } from './plan-words.ts';
import type { Action, Plan } from './plan.ts';

/** A plan that another one takes the place of, with its actions. */
export type Replaced = { readonly plan: Plan; readonly actions: readonly Action[] };

/** Why it is over, for whoever looks for it. */
const reason = 'An edited plan takes its place.';

/**
 * The change that stores a plan in the place of another one: the old one is withdrawn in the very
 * change in which the new one stands, or both stay as they were. Nobody has agreed to the new one.
 *
 * @param change that makes the new plan
 * @throws UserError as `assertEditable`
 */
export function inPlaceOf(change: PlanChange, before: Replaced, by: Decider): PlanChange {
  assertEditable(before.plan);
  const withdrawn = cancelPlan(before.plan, before.actions, by, reason);
  const { name } = before.plan;
  const [made, ...more] = change.events;
  const told = made && {
    ...made,
    text: `In place of ${name}. ${made.text ?? ''}`,
    data: { ...made.data, replaces: name },
  };
  return {
    ...change,
    plans: [...change.plans, ...withdrawn.plans],
    actions: [...(change.actions ?? []), ...(withdrawn.actions ?? [])],
    events: [...(told ? [told] : []), ...more, ...withdrawn.events],
  };
}

/**
 * @throws UserError `conflict` when the plan was started or is over, `not_ready` for one that holds
 *   what no query finds
 */
export function assertEditable(plan: Plan): void {
  const { name, purpose, state } = plan;
  const isFound = purpose === 'mute' || (purpose === 'contain' && plan.freezes === undefined);
  if (!isFound) {
    const what = plan.freezes === undefined ? purposeWords[purpose].does : 'freezes';
    throw new UserError(
      'not_ready',
      `${name} ${what} what no query finds, so there is nothing in it to edit.`,
      { hint: `End it with \`contain cancel ${name}\` and plan anew: \`${planAgainLine(plan)}\`.` },
    );
  }
  if (state === 'proposed' || state === 'approved') return;
  const isUnderWay = state === 'running' || state === 'paused';
  throw new UserError(
    'conflict',
    isUnderWay
      ? `${name} was started already, so it is not edited any more.`
      : `${name} is ${state}; a plan that is over is not edited.`,
    {
      hint: isUnderWay
        ? `\`contain cancel ${name}\` ends what is left of it; \`${planAgainLine(plan)}\` plans what else is needed.`
        : `Make a new plan: \`${planAgainLine(plan)}\`.`,
    },
  );
}
