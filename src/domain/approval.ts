import { UserError } from '../errors.ts';
import type { Rules } from './leave.ts';
import {
  assertNotTooNew,
  assertProved,
  assertSamePolicy,
  countsFor,
  decidersOf,
  mayApprove,
} from './leave.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import { assertUntampered } from './plan-digest.ts';
import { lifeMsOf } from './plan-progress.ts';
import { countedTargets, planAgainLine } from './plan-words.ts';
import type { Action, Approval, Plan } from './plan.ts';
import { counted } from './wording.ts';

/** A plan with all that was decided on it. */
export type Decided = {
  readonly plan: Plan;
  readonly approvals: readonly Approval[];
  readonly actions: readonly Action[];
};

/** A person's decision on a plan. */
export type Decision = Rules & {
  readonly by: Decider;
  readonly reason?: string;
  /** The first characters of the digest that the person read, if their surface sends them. */
  readonly seen?: string;
  readonly digester: Digester;
};

/**
 * Says yes to exactly what the digest covers.
 *
 * @returns the plan, `approved` once enough other people have said yes
 * @throws UserError `not_allowed` for the requester and for those who may not approve, `conflict`
 *   when the plan is not waiting, has expired, was tampered with or was decided on by this person
 */
export function approve(decided: Decided, decision: Decision): PlanChange {
  const { plan, approvals } = decided;
  assertMayDecide(decided, decision, 'approve');
  if (plan.state !== 'proposed') throw wrongState(plan, 'approved');
  const approval = approvalOf(plan, decision, 'yes');
  const given = approvals.filter((one) => countsFor(plan, one)).length + 1;
  const needed = Math.max(plan.approvalsNeeded, 1);
  const enough = given >= needed;
  const after: Plan = enough ? { ...plan, state: 'approved' } : plan;
  const left = enough ? '' : ` ${counted(needed - given, 'more yes', 'more yeses')} needed.`;
  return {
    plans: [after],
    approvals: [approval],
    events: [
      planEvent(plan, decision.by, {
        kind: 'plan_approved',
        text: `${plan.name} approved: ${countedTargets(plan)}.${left}${because(decision)}`,
        data: {
          digest: plan.digest,
          ...(decision.reason ? { reason: decision.reason } : {}),
          ...(decision.by.steppedUp ? { code: decision.by.steppedUp } : {}),
        },
      }),
    ],
  };
}

/**
 * Says no, which ends the plan at once, however many have said yes.
 *
 * @throws as `approve`
 */
export function deny(decided: Decided, decision: Decision): PlanChange {
  const { plan } = decided;
  assertMayDecide(decided, decision, 'deny');
  if (plan.state !== 'proposed' && plan.state !== 'approved') throw wrongState(plan, 'denied');
  return {
    plans: [
      { ...plan, state: 'denied', ...(decision.reason ? { stateReason: decision.reason } : {}) },
    ],
    approvals: [approvalOf(plan, decision, 'no')],
    events: [
      planEvent(plan, decision.by, {
        kind: 'plan_denied',
        text: `${plan.name} denied; nothing was done.${because(decision)}`,
        data: { digest: plan.digest, ...(decision.reason ? { reason: decision.reason } : {}) },
      }),
    ],
  };
}

/**
 * Until when the plan may be run: its own life, or a new bounded one from the yes that was enough.
 */
export function usableUntil(plan: Plan, approvals: readonly Approval[]): Date {
  if (plan.state !== 'approved') return plan.expiresAt;
  const last = Math.max(
    ...approvals.filter((one) => countsFor(plan, one)).map((one) => one.at.getTime()),
  );
  // Without a yes that counts it is not approved, whatever its state says.
  return Number.isFinite(last) ? new Date(last + lifeMsOf(plan)) : plan.createdAt;
}

/** True once nobody may approve or run the plan any more because its time is over. */
export function hasExpired(plan: Plan, approvals: readonly Approval[], now: Date): boolean {
  const waiting = plan.state === 'proposed' || plan.state === 'approved';
  return plan.state === 'expired' || (waiting && !(now < usableUntil(plan, approvals)));
}

/** True when somebody else than the requester said yes to it. */
export function hasOthersYes(plan: Plan, approvals: readonly Approval[]): boolean {
  return approvals.some((one) => countsFor(plan, one));
}

/** @throws UserError `conflict` */
export function assertNotExpired(plan: Plan, approvals: readonly Approval[], now: Date): void {
  if (!hasExpired(plan, approvals, now)) return;
  const at = usableUntil(plan, approvals).toISOString().slice(0, 16).replace('T', ' ');
  throw new UserError('conflict', `${plan.name} expired at ${at} UTC; nothing was done.`, {
    hint: `Plan it again, so that it rests on how things are now: \`${planAgainLine(plan)}\`.`,
  });
}

function assertMayDecide(decided: Decided, decision: Decision, verb: string): void {
  const { plan, approvals, actions } = decided;
  const { person, now } = decision.by;
  if (['running', 'paused', 'finished', 'cancelled', 'denied'].includes(plan.state)) {
    throw wrongState(plan, verb === 'deny' ? 'denied' : 'approved');
  }
  if (!mayApprove(person, plan)) {
    const who = decidersOf(plan.leave).join(' or ');
    throw new UserError('not_allowed', `To ${verb} ${plan.name} you need to be ${who}.`, {
      hint: `Ask an admin: \`person grant @${person.handle} approver\`.`,
    });
  }
  if (person.id === plan.requestedBy) {
    throw new UserError(
      'not_allowed',
      `You made ${plan.name}, so somebody else must decide on it.`,
      {
        hint:
          verb === 'deny'
            ? `To take it back: \`contain cancel ${plan.name}\`.`
            : `Another ${decidersOf(plan.leave).join(' or ')} types \`contain approve ${plan.name}\`.`,
      },
    );
  }
  assertNotExpired(plan, approvals, now);
  assertUntampered(plan, actions, decision.digester);
  assertSamePolicy(plan, decision);
  if (verb === 'approve') assertNotTooNew(plan, person, decision, now);
  if (verb === 'approve') assertProved(plan, decision.by);
  if (approvals.some((one) => one.person === person.id)) {
    throw new UserError('conflict', `You have decided on ${plan.name} already.`, {
      hint: `To stop it: \`contain cancel ${plan.name}\`.`,
    });
  }
  if (decision.seen !== undefined && !startsDigest(plan.digest, decision.seen)) {
    throw new UserError(
      'conflict',
      `What you read was not ${plan.name}: its digest begins with ${plan.digest.slice(0, 12)}.`,
      { hint: `Read it again: \`contain status ${plan.name}\`.` },
    );
  }
}

/** Fewer characters than this could begin the digest by chance. */
const digestPrefixAtLeast = 6;

function startsDigest(digest: string, seen: string): boolean {
  const prefix = seen.toLowerCase();
  return prefix.length >= digestPrefixAtLeast && digest.startsWith(prefix);
}

function approvalOf(plan: Plan, decision: Decision, answer: Approval['decision']): Approval {
  return {
    plan: plan.id,
    digest: plan.digest,
    person: decision.by.person.id,
    decision: answer,
    ...(decision.by.steppedUp ? { steppedUp: decision.by.steppedUp } : {}),
    ...(decision.reason ? { reason: decision.reason } : {}),
    at: decision.by.now,
  };
}

function wrongState(plan: Plan, verb: string): UserError {
  return new UserError('conflict', `${plan.name} is ${plan.state}; it cannot be ${verb} now.`, {
    hint: `See \`contain status ${plan.name}\`.`,
  });
}

function because(decision: Decision): string {
  return decision.reason ? ` ${decision.reason}` : '';
}
