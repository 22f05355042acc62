import type { Action, Plan } from './plan.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { isFinal } from './verification.ts';
import { counted } from './wording.ts';

const pendingStates: readonly Plan['state'][] = ['proposed', 'approved', 'running', 'paused'];

/** Plans that may still act, and those of which something was never looked at to the end. */
export function isUnsettled(plan: Plan, actions: readonly Action[]): boolean {
  return pendingStates.includes(plan.state) || !actions.every(isFinal);
}

/**
 * Ends a plan that came out of a backup.
 *
 * What was approved then was approved in a world that has gone on since, so it may never run. What
 * was under way may have happened: nobody knows, and that is what it says.
 *
 * @param restored.takenAt when the backup was made
 */
export function voidPlan(
  plan: Plan,
  actions: readonly Action[],
  restored: { readonly takenAt: Date; readonly now: Date },
): { readonly plan: Plan; readonly actions: readonly Action[]; readonly event: NewTimelineEvent } {
  const { now } = restored;
  const why = `restored from the backup of ${restored.takenAt.toISOString()}`;
  const open = actions.filter((action) => !isFinal(action));
  const unknown = open.filter((action) => action.state !== 'planned').length;
  const isPending = pendingStates.includes(plan.state);
  const left =
    unknown === 0
      ? ''
      : ` What became of ${counted(unknown, 'action')} is not known: look at the platform.`;
  return {
    plan: {
      ...plan,
      ...(isPending ? { state: 'cancelled', stateReason: `It was ${why}.` } : {}),
      ...(plan.startedAt && !plan.finishedAt ? { finishedAt: now } : {}),
    },
    actions: open.map((action) => ended(action, plan, why, now)),
    event: {
      chain: plan.incident,
      kind: isPending ? 'plan_cancelled' : 'verification_broken_off',
      actor: { kind: 'firebreak' },
      source: 'system',
      occurredAt: now,
      text: isPending
        ? `${plan.name} is void: it was ${why}.${left}`
        : `${plan.name} is no longer looked at: it was ${why}.${left}`,
      data: {
        plan: plan.id,
        name: plan.name,
        was: plan.state,
        backup_taken_at: restored.takenAt.toISOString(),
        unknown,
      },
    },
  };
}

function ended(action: Action, plan: Plan, why: string, now: Date): Action {
  const { notBefore: _notBefore, ...rest } = action;
  return action.state === 'planned'
    ? { ...rest, state: 'skipped', reason: `${plan.name} was ${why}.`, settledAt: now }
    : {
        ...rest,
        state: 'unverifiable',
        reason: `Nobody looked at it to the end: it was ${why}. \`contain verify ${plan.name}\``,
        settledAt: now,
      };
}
