import { UserError } from '../errors.ts';
import { assertNotExpired } from './approval.ts';
import type { Decided } from './approval.ts';
import { assertCanAct, assertCanSwitchOn, assertMayTouch } from './can-act.ts';
import { isLeftToDo, withoutFallbacks } from './fallback.ts';
import { keyText } from './inventory.ts';
import type { LeaveCheck } from './leave.ts';
import { leaveToRun } from './leave.ts';
import { assertCanLock } from './locking.ts';
import { overrideEvent } from './overriding.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { containJob, planEvent } from './plan-change.ts';
import { assertUntampered } from './plan-digest.ts';
import { countedTargets, planAgainLine } from './plan-words.ts';
import type { Action, Plan } from './plan.ts';
import { isLock } from './plan.ts';
import { assertOpen } from './planning.ts';
import { assertCanRemove } from './removing.ts';
import { isFinal } from './verification.ts';
import { counted } from './wording.ts';

/** A paused plan may be resumed so long after it was started, in ms; then the world has moved on. */
export const resumeWithinMs = 24 * 60 * 60_000;

/** What a run is checked against at the moment it starts. */
export type RunCheck = LeaveCheck;

/**
 * Sets a plan going, or a paused one going again; its approvals are used up by that.
 *
 * @throws UserError `conflict` when it is over, expired, tampered with or its connection changed;
 *   `not_allowed` when it lacks the yes of another person
 */
export function startRun(decided: Decided, check: RunCheck): PlanChange {
  const { plan, approvals, actions } = decided;
  const { now, person } = check.by;
  assertOpen(check.incident);
  assertRunnable(plan);
  assertUntampered(plan, actions, check.digester);
  const resumed = plan.state === 'paused';
  if (resumed) assertNotStale(plan, now);
  else assertNotExpired(plan, approvals, now);
  assertSameConnections(plan, check);
  const way = leaveToRun(plan, approvals, check);
  const { stateReason: _reason, ...rest } = plan;
  const after: Plan = {
    ...rest,
    state: 'running',
    startedAt: plan.startedAt ?? now,
    startedBy: plan.startedBy ?? person.id,
    ...(way.override && !plan.override
      ? { override: { by: person.id, at: now, reason: check.override ?? '' } }
      : {}),
  };
  const left = actions.filter((action) => isLeftToDo(plan, action)).length;
  const what = resumed
    ? `${plan.name} goes on: ${counted(left, 'action')} left.`
    : `${plan.name} started: ${countedTargets(plan)} to ${plan.levers.join(' and ')}.`;
  return {
    plans: [after],
    events: [
      ...(way.override ? [overrideEvent(plan, check)] : []),
      planEvent(plan, check.by, {
        kind: resumed ? 'plan_resumed' : 'plan_started',
        text: what,
        data: {
          digest: plan.digest,
          targets: plan.targets.map((target) => target.ref),
          way: {
            persons: way.persons,
            ...(check.by.steppedUp ? { code: check.by.steppedUp } : {}),
          },
        },
      }),
    ],
    jobs: [containJob(after)],
  };
}

/**
 * Lets a running plan finish the target it is at, and no other. What was done is still verified.
 *
 * @throws UserError `conflict` when it is not running
 */
export function pausePlan(
  plan: Plan,
  actions: readonly Action[],
  by: Decider,
  reason?: string,
): PlanChange {
  if (plan.state !== 'running') throw notNow(plan, 'paused');
  const left = actions.filter((action) => isLeftToDo(plan, action)).length;
  if (left === 0) {
    throw new UserError(
      'conflict',
      `${plan.name} has done all it was to do and only verifies; there is nothing to pause.`,
      { hint: `See \`contain status ${plan.name}\`.` },
    );
  }
  return {
    plans: [{ ...plan, state: 'paused', ...(reason ? { stateReason: reason } : {}) }],
    events: [
      planEvent(plan, by, {
        kind: 'plan_paused',
        text: `${plan.name} paused with ${counted(left, 'action')} left.${reason ? ` ${reason}` : ''}`,
        data: { left, ...(reason ? { reason } : {}) },
      }),
    ],
  };
}

/**
 * Ends a plan before all of it was done. What was done stays done, is verified, and can be undone.
 *
 * @throws UserError `conflict` when it is over already
 */
export function cancelPlan(
  plan: Plan,
  actions: readonly Action[],
  by: Decider,
  reason?: string,
): PlanChange {
  const started = plan.state === 'running' || plan.state === 'paused';
  if (!started && plan.state !== 'proposed' && plan.state !== 'approved') {
    throw notNow(plan, 'cancelled');
  }
  const done = actions.filter((action) => action.acceptedAt !== undefined).length;
  const after: Plan = { ...plan, state: 'cancelled', ...(reason ? { stateReason: reason } : {}) };
  // The job of a running plan sees that it was cancelled and tidies up; the others have none.
  const job = plan.state === 'paused' ? [containJob(after)] : [];
  return {
    plans: [after],
    ...(started ? {} : { actions: actions.map((action) => skipped(action, plan, by.now)) }),
    events: [
      planEvent(plan, by, {
        kind: 'plan_cancelled',
        text:
          `${plan.name} cancelled; ` +
          (done === 0 ? 'nothing was done.' : `${counted(done, 'action')} had been done.`) +
          (reason ? ` ${reason}` : ''),
        data: { done, ...(reason ? { reason } : {}) },
      }),
    ],
    jobs: job,
  };
}

/**
 * Has everything that was done looked at again, as if it had never been verified.
 *
 * @throws UserError `conflict` when nothing was done yet, or the plan is verifying right now
 */
export function verifyAgain(plan: Plan, actions: readonly Action[], by: Decider): PlanChange {
  const busy = actions.filter(
    (action) => !isFinal(action) && !(action.notBefore && action.notBefore > by.now),
  );
  if (plan.state === 'running' && busy.length > 0) {
    throw new UserError('conflict', `${plan.name} is running and verifies as it goes.`, {
      hint: `See \`contain status ${plan.name}\`.`,
    });
  }
  // What was switched on again on purpose is no longer to be off.
  const undone = new Set(
    actions.filter((action) => action.state === 'undone').map((action) => targetOf(action)),
  );
  const again = actions.filter(
    (action) =>
      ['verified', 'contradicted', 'unverifiable', 'pending', 'accepted'].includes(action.state) &&
      action.acceptedAt !== undefined &&
      !undone.has(targetOf(action)),
  );
  if (again.length === 0) {
    throw new UserError(
      'conflict',
      `Nothing of ${plan.name} was done, so nothing can be verified.`,
      {
        hint: `See \`contain status ${plan.name}\`.`,
      },
    );
  }
  const { finishedAt: _finishedAt, ...rest } = plan;
  const after: Plan = { ...rest, state: plan.state === 'finished' ? 'running' : plan.state };
  return {
    plans: [after],
    actions: [
      ...again.map((action) => unsettled(action, by.now)),
      // A plan that had ended must not begin to act because it is verified again.
      ...(plan.finishedAt === undefined
        ? []
        : actions
            .filter((action) => action.state === 'planned')
            .map((action) => skipped(action, plan, by.now))),
    ],
    events: [
      planEvent(plan, by, {
        kind: 'verification_requested',
        text: `${plan.name} is being verified again: ${counted(again.length, 'action')}.`,
        data: { actions: again.length },
      }),
    ],
    jobs: [containJob(after)],
  };
}

function targetOf(action: Action): string {
  return keyText({ connection: action.connection, id: action.workflow });
}

/**
 * Open again. What was settled had its time when it was first verified: what contradicts it now
 * counts at once, so that looking again only looks, and never stops or disables anything.
 */
function unsettled(action: Action, now: Date): Action {
  const { reason: _reason, settledAt, notBefore: _notBefore, ...rest } = action;
  return {
    ...withoutFallbacks(rest),
    state: 'pending',
    emptySweeps: 0,
    ...(settledAt === undefined ? {} : { settleBy: now }),
  };
}

function skipped(action: Action, plan: Plan, now: Date): Action {
  if (action.state !== 'planned') return action;
  return { ...action, state: 'skipped', reason: `${plan.name} was cancelled.`, settledAt: now };
}

function assertRunnable(plan: Plan): void {
  const why = plan.stateReason === undefined ? '' : ` The reason: ${plan.stateReason}`;
  switch (plan.state) {
    case 'proposed':
    case 'approved':
    case 'paused':
      return;
    case 'running':
      throw new UserError('conflict', `${plan.name} is running already.`, {
        hint: `See \`contain status ${plan.name}\`.`,
      });
    case 'finished':
    case 'denied':
    case 'cancelled':
    case 'expired':
      throw new UserError('conflict', `${plan.name} is ${plan.state}; a plan is used once.${why}`, {
        hint: `Make a new plan: \`${planAgainLine(plan)}\`.`,
      });
  }
}

function assertNotStale(plan: Plan, now: Date): void {
  const started = plan.startedAt?.getTime() ?? Number.NaN;
  if (now.getTime() - started <= resumeWithinMs) return;
  throw new UserError('conflict', `${plan.name} was started too long ago to go on with it.`, {
    hint: `\`contain cancel ${plan.name}\`, then make a new plan.`,
  });
}

/** @throws UserError `conflict` when a connection is another account, address or key than planned */
function assertSameConnections(plan: Plan, check: RunCheck): void {
  for (const planned of plan.connections) {
    const current = check.connections.find((connection) => connection.id === planned.id);
    if (current?.epoch !== planned.epoch) {
      throw new UserError(
        'conflict',
        `${planned.name} was changed since ${plan.name} was made, so it may be another platform now.`,
        { hint: `Sync it and make a new plan: \`scope sync\`, then \`${planAgainLine(plan)}\`.` },
      );
    }
    if (plan.purpose === 'revoke') assertMayTouch(current, check.incident);
    else if (plan.purpose === 'remove') assertCanRemove(current, check.incident);
    else if (isLock(plan.purpose)) assertCanLock(current, plan.purpose, check.incident);
    else if (plan.purpose === 'undo') assertCanSwitchOn(current, check.incident);
    else assertCanAct(current, check.incident, { elseArchive: planned.fallbacks !== undefined });
  }
}

function notNow(plan: Plan, verb: string): UserError {
  return new UserError('conflict', `${plan.name} is ${plan.state}; it cannot be ${verb}.`, {
    hint: `See \`contain status ${plan.name}\`.`,
  });
}
