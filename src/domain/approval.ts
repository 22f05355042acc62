import { UserError } from '../errors.ts';
import type { Person, PersonId } from './person.ts';
import { may } from './person.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import { assertUntampered } from './plan-digest.ts';
import { countedTargets, planAgainLine } from './plan-words.ts';
import type { Action, Approval, Plan } from './plan.ts';
import { approvalsFor, approvalsToRevoke, planLifeMs } from './planning.ts';
import { counted } from './wording.ts';

/**
 * So many workflows one responder may disable within an hour without anybody else's yes, so that a
 * large plan cannot be run alone in small pieces.
 */
export const aloneEachHour = 20;

/** A plan with all that was decided on it. */
export type Decided = {
  readonly plan: Plan;
  readonly approvals: readonly Approval[];
  readonly actions: readonly Action[];
};

/** A person's decision on a plan. */
export type Decision = {
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
        data: { digest: plan.digest, ...(decision.reason ? { reason: decision.reason } : {}) },
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
 * True for whom the policy lets decide on this plan of another: for what cannot be taken back, only
 * an approver.
 */
export function mayApprove(person: Person, { purpose }: Pick<Plan, 'purpose'>): boolean {
  return may(person, 'approver') || (purpose !== 'revoke' && may(person, 'responder'));
}

/** True when the yes or no of this very person could count for the plan: never that of who asks. */
export function mayDecideOn(person: Person, plan: Pick<Plan, 'purpose' | 'requestedBy'>): boolean {
  return person.id !== plan.requestedBy && mayApprove(person, plan);
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
  return Number.isFinite(last) ? new Date(last + planLifeMs.approved) : plan.createdAt;
}

/** True once nobody may approve or run the plan any more because its time is over. */
export function hasExpired(plan: Plan, approvals: readonly Approval[], now: Date): boolean {
  const waiting = plan.state === 'proposed' || plan.state === 'approved';
  return plan.state === 'expired' || (waiting && !(now < usableUntil(plan, approvals)));
}

/**
 * Refuses to run a plan that has not the approvals it needs *now*.
 *
 * What counts is each yes of a distinct person other than the requester, to this very digest, who
 * still may approve. The number needed is worked out anew, so that no stored number can lower it.
 *
 * @param people the approvers as they are now
 * @param aloneLately workflows that the runner has disabled within an hour on nobody else's yes
 * @throws UserError `not_allowed`
 */
export function assertApproved(
  plan: Plan,
  approvals: readonly Approval[],
  people: ReadonlyMap<PersonId, Person>,
  aloneLately: number,
): void {
  const needed = Math.max(plan.approvalsNeeded, leastApprovals(plan));
  if (plan.purpose === 'undo') return;
  const yes = new Set(
    approvals
      .filter((one) => countsFor(plan, one))
      .filter((one) => {
        const person = people.get(one.person);
        return person !== undefined && mayApprove(person, plan);
      })
      .map((one) => one.person),
  );
  if (yes.size < needed) {
    throw new UserError(
      'not_allowed',
      `${plan.name} ${plan.purpose === 'revoke' ? 'revokes' : 'disables'} ${countedTargets(plan)} and needs the yes of another person${plan.purpose === 'revoke' ? ' who is an approver' : ''} first.`,
      { hint: `Somebody else types \`contain approve ${plan.name}\`.` },
    );
  }
  if (yes.size > 0 || aloneLately + plan.targets.length <= aloneEachHour) return;
  throw new UserError(
    'not_allowed',
    `You have disabled ${counted(aloneLately, 'workflow')} alone within an hour; more than ` +
      `${aloneEachHour} need the yes of another person.`,
    { hint: `Somebody else types \`contain approve ${plan.name}\`.` },
  );
}

/** Worked out anew from the plan itself, so that no stored number can lower it. */
function leastApprovals({ purpose, targets }: Plan): number {
  return purpose === 'revoke' ? approvalsToRevoke : approvalsFor(targets.length);
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

function countsFor(plan: Plan, approval: Approval): boolean {
  return (
    approval.plan === plan.id &&
    approval.decision === 'yes' &&
    approval.digest === plan.digest &&
    approval.person !== plan.requestedBy
  );
}

function assertMayDecide(decided: Decided, decision: Decision, verb: string): void {
  const { plan, approvals, actions } = decided;
  const { person, now } = decision.by;
  if (['running', 'paused', 'finished', 'cancelled', 'denied'].includes(plan.state)) {
    throw wrongState(plan, verb === 'deny' ? 'denied' : 'approved');
  }
  if (!mayApprove(person, plan)) {
    const who = plan.purpose === 'revoke' ? 'approver' : 'approver or responder';
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
            : `${plan.purpose === 'revoke' ? 'Another approver' : 'Another approver or responder'} types \`contain approve ${plan.name}\`.`,
      },
    );
  }
  assertNotExpired(plan, approvals, now);
  assertUntampered(plan, actions, decision.digester);
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
