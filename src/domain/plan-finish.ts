import { couldNotDisable, leftOnWords, notDisabledWords, wasLeftOn } from './action.ts';
import { notStoppedOf, notStoppedWords } from './not-stopped.ts';
import { countedStates, countsOf, progressOf } from './plan-progress.ts';
import { notHeldWords, targetNoun } from './plan-words.ts';
import type { Action, Plan } from './plan.ts';
import { contradictedOf } from './standing.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { counted } from './wording.ts';

/** Ends a plan whose actions have all ended, and counts its workflows by the worst that befell them. */
export function finishPlan(
  plan: Plan,
  actions: readonly Action[],
  now: Date,
): { readonly plan: Plan; readonly event: NewTimelineEvent } {
  const progress = progressOf(actions);
  const ended =
    progress.length === 0
      ? 'has ended: nothing to do'
      : `has ended for ${counted(progress.length, targetNoun(plan))}: ${countedStates(progress)}`;
  const on = actions.filter(wasLeftOn).map(({ ref }) => ref);
  const failed = actions.filter(couldNotDisable).map(({ ref }) => ref);
  const running = notStoppedOf(plan, actions).map(({ ref }) => ref);
  const seen = contradictedOf(actions).filter((ref) => !running.includes(ref));
  const held = seen.length === 0 ? '' : ` ${notHeldWords(plan, seen)}`;
  const runs = notStoppedWords(running);
  // Which lever is left for what failed, that view alone says.
  const left =
    runs + held === '' && failed.length === 0
      ? ''
      : ` \`contain status ${plan.name}\` tells what is left to try.`;
  return {
    plan: { ...plan, state: plan.state === 'running' ? 'finished' : plan.state, finishedAt: now },
    event: {
      chain: plan.incident,
      kind: 'plan_finished',
      actor: { kind: 'firebreak' },
      source: 'job',
      occurredAt: now,
      text: `${plan.name} ${ended}.${leftOnWords(on)}${notDisabledWords(failed)}${held}${runs}${left}`,
      data: { plan: plan.name, targets: countsOf(progress), actions: countStates(actions) },
    },
  };
}

/** How many actions are in each state that occurs. */
function countStates(actions: readonly Action[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const action of actions) counts[action.state] = (counts[action.state] ?? 0) + 1;
  return counts;
}
