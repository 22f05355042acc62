import { UserError } from '../errors.ts';
import type { AloneSoFar } from './bounds.ts';
import { refusalPastBounds } from './bounds.ts';
import type { Connection } from './connection.ts';
import type { Incident } from './incident.ts';
import type { Permission, Person, PersonId } from './person.ts';
import { holdsSince, may } from './person.ts';
import type { Decider } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import { leaveJson } from './plan-digest.ts';
import { countedTargets, planAgainLine, purposeWords } from './plan-words.ts';
import type { Approval, Plan } from './plan.ts';
import type { ApprovalPolicy, Leave, Standing, Way } from './policy.ts';
import { deedOf, isDrill, leaveFor, othersMustBe } from './policy.ts';
import { holderOf } from './role.ts';
import { span } from './wording.ts';

/** The policy of an instance, and when the instance was made. */
export type Rules = { readonly policy: ApprovalPolicy; readonly instanceSince: Date };

/** What a plan is checked against at the moment it is to run. */
export type LeaveCheck = Standing &
  AloneSoFar &
  Rules & {
    readonly by: Decider;
    readonly incident: Incident;
    /** Those of the plan, as they are now. */
    readonly connections: readonly Connection[];
    /** The approvers as they are now. */
    readonly people: ReadonlyMap<PersonId, Person>;
    /** Why the commander does without the yes of another, when they say that they do. */
    readonly override?: string;
    readonly digester: Digester;
  };

/** True for whom the policy lets decide on this plan of another. */
export function mayApprove(person: Person, { leave }: Pick<Plan, 'leave'>): boolean {
  return decidersOf(leave).some((permission) => may(person, permission));
}

/** The permissions of which one is needed to decide; `responder` stands last. */
export function decidersOf(leave: Leave | undefined) {
  return leave === undefined ? (['approver'] as const) : othersMustBe(leave);
}

/**
 * True when a person may decide on the plan, by a permission that is not too new.
 *
 * A permission that was given on an instance's first day counts as old: nobody was there before
 * from whom it could have been taken, and a team that installs Firebreak in the middle of its first
 * incident must not be locked out of what needs two. So does one that two admins stand by.
 */
export function mayApproveNow(
  person: Person,
  permissions: readonly Permission[],
  leave: Leave,
  { policy, instanceSince }: Rules,
  now: Date,
): boolean {
  const firstDayEnds = instanceSince.getTime() + policy.firstDayMs;
  return permissions.some((permission) => {
    if (!may(person, permission)) return false;
    const since = holdsSince(person, permission).getTime();
    const isOld = now.getTime() - since >= leave.roleAgeMs;
    return isOld || since < firstDayEnds || person.grants?.[permission]?.secondedBy !== undefined;
  });
}

/** @throws UserError `not_allowed` for somebody who was given the permission too lately */
export function assertNotTooNew(
  plan: Plan & { leave: Leave },
  person: Person,
  rules: Rules,
  now: Date,
): void {
  const deciders = decidersOf(plan.leave);
  if (mayApproveNow(person, deciders, plan.leave, rules, now)) return;
  const permission = deciders.find((one) => may(person, one)) ?? deciders[0] ?? 'approver';
  throw new UserError(
    'not_allowed',
    `@${person.handle} has been ${permission} for ${span(now.getTime() - holdsSince(person, permission).getTime())} only; ` +
      `to approve ${plan.name} it takes ${span(plan.leave.roleAgeMs)}.`,
    {
      hint: `A second admin types \`person grant @${person.handle} ${permission}\`, or somebody else decides.`,
    },
  );
}

/** True when the yes or no of this very person could count for the plan: never that of who asks. */
export function mayDecideOn(person: Person, plan: Pick<Plan, 'leave' | 'requestedBy'>): boolean {
  return person.id !== plan.requestedBy && mayApprove(person, plan);
}

/** True for a yes of somebody else to this very digest. */
export function countsFor(plan: Plan, approval: Approval): boolean {
  return (
    approval.plan === plan.id &&
    approval.decision === 'yes' &&
    approval.digest === plan.digest &&
    approval.person !== plan.requestedBy
  );
}

/**
 * Refuses a plan that was made under another policy than the one that holds.
 *
 * @throws UserError `conflict`
 */
export function assertSamePolicy(
  plan: Plan,
  { policy }: Rules,
): asserts plan is Plan & { leave: Leave } {
  if (plan.leave?.policy === policy.version) return;
  throw new UserError(
    'conflict',
    `${plan.name} was made before the approval policy that holds now, so it is void.`,
    { hint: `Make a new plan: \`${planAgainLine(plan)}\`.` },
  );
}

/**
 * Finds the way on which the plan may run *now*; by an override only where no usual one is met.
 *
 * What counts is each yes of a distinct person other than the requester, to this very digest, who
 * still may approve. What is needed is worked out anew from the policy, so that nothing that is
 * stored can lower it.
 *
 * @throws UserError `not_allowed`; `conflict` when the policy asks for something else than it did
 */
export function leaveToRun(plan: Plan, approvals: readonly Approval[], check: LeaveCheck): Way {
  assertSamePolicy(plan, check);
  assertNeedsTheSame(plan, check);
  const refusals: Refused[] = [];
  const usual = plan.leave.ways.filter(({ override }) => override !== true);
  const overriding = plan.leave.ways.filter(({ override }) => override === true);
  const overrides = check.override !== undefined;
  if (overrides && overriding.length === 0) throw noOverride(plan);
  // Who overrides what has all it needs has not read that it does: nothing is overridden.
  const met = overrides && usual.find((way) => isMet(way, plan, approvals, check));
  if (met) return met;
  for (const way of overrides ? overriding : usual) {
    if (!isOpen(way, check)) continue;
    const refusal = refusalOf(way, plan, approvals, check);
    if (refusal === undefined) return way;
    refusals.push({ way, refusal });
  }
  throw mostTelling(refusals, plan, check);
}

function isMet(
  way: Way,
  plan: Plan & { leave: Leave },
  approvals: readonly Approval[],
  check: LeaveCheck,
): boolean {
  return isOpen(way, check) && refusalOf(way, plan, approvals, check) === undefined;
}

/** A way that is open and was not gone, and what it lacks. */
type Refused = { readonly way: Way; readonly refusal: UserError };

/**
 * What the first way lacks; unless one that needs nobody else is barred by a bound, which then is
 * the news, or would do with a code.
 */
function mostTelling(
  refusals: readonly Refused[],
  plan: Plan,
  { incident }: LeaveCheck,
): UserError {
  const [first, ...others] = refusals.map(({ refusal }) => refusal);
  if (first === undefined) {
    return new UserError(
      'not_allowed',
      `${plan.name} ${doesWords(plan)}, which waits until every credential of ${incident.name} is dead.`,
      { hint: `\`cred status in:${incident.name}\` shows how far that is.` },
    );
  }
  if (first.asks === 'code') return first;
  if (!others.some(({ asks }) => asks === 'code')) {
    return refusals.find(({ way }) => way.persons === 1)?.refusal ?? first;
  }
  return new UserError(first.code, first.message, {
    hint: `${first.hint ?? ''} In a ${incident.severity} one responder may run it with a code, too.`,
    asks: 'code',
  });
}

function assertNeedsTheSame(plan: Plan & { leave: Leave }, check: LeaveCheck): void {
  const { digester, policy, connections } = check;
  const text = (leave: Leave) => digester.canonical(leaveJson(leave));
  const on = connections.filter(({ id }) => plan.connections.some((one) => one.id === id));
  if (text(leaveFor(policy, deedOf(plan), isDrill(on))) === text(plan.leave)) return;
  throw new UserError(
    'conflict',
    `${plan.name} needs something else now than when it was made, so it is void.`,
    { hint: `Make a new plan: \`${planAgainLine(plan)}\`.` },
  );
}

function isOpen(way: Way, { incident, credentialsFinal }: LeaveCheck): boolean {
  return (
    (way.severities?.includes(incident.severity) ?? true) &&
    (way.credentialsFinal !== true || credentialsFinal)
  );
}

function refusalOf(
  way: Way,
  plan: Plan & { leave: Leave },
  approvals: readonly Approval[],
  check: LeaveCheck,
): UserError | undefined {
  const notCommander = way.override && refusalOfCommander(plan, check);
  if (notCommander) return notCommander;
  const yes = yesesOf(way, plan, approvals, check);
  if (yes.size < way.persons - 1) return needsYes(plan, way);
  // Before a code is asked for, or taken: with it the bound would be in the way all the same.
  const isAlone = !way.override && yes.size === 0;
  // What asks for a code refuses whoever came without.
  const isProved = way.stepUp || check.by.steppedUp !== undefined;
  const bound = isAlone ? refusalPastBounds(plan, { ...check, isProved }) : undefined;
  if (bound) return bound;
  if (!way.stepUp) return undefined;
  // Before a code is asked for: another one of the same person would not count.
  if (new Set([...yes, check.by.person.id]).size < way.persons) {
    return new UserError(
      'not_allowed',
      `${plan.name} needs the codes of two persons; yours has counted with your yes.`,
      { hint: `Somebody else types \`contain run ${plan.name}\`.` },
    );
  }
  return check.by.steppedUp === undefined ? needsCode(plan) : undefined;
}

/** Only who commands the incident overrides, and not by a permission that is too new. */
function refusalOfCommander(
  plan: Plan & { leave: Leave },
  { by, incident, ...rules }: LeaveCheck,
): UserError | undefined {
  const { person, now } = by;
  if (holderOf(incident, 'commander') !== person.id) {
    return new UserError('not_allowed', `Only the commander of ${incident.name} can override.`, {
      hint: `\`role list\` shows who that is. Or somebody else types \`contain approve ${plan.name}\`.`,
    });
  }
  if (mayApproveNow(person, ['responder', 'approver'], plan.leave, rules, now)) return undefined;
  return new UserError(
    'not_allowed',
    `You may contain for less than ${span(plan.leave.roleAgeMs)}, so you cannot override.`,
    { hint: `Somebody else types \`contain approve ${plan.name}\`.` },
  );
}

function noOverride(plan: Plan): UserError {
  return new UserError('bad_input', `${plan.name} is not of a class that can be overridden.`, {
    hint: `See what it needs: \`contain status ${plan.name}\`.`,
  });
}

function yesesOf(
  { others, stepUp }: Way,
  plan: Plan,
  approvals: readonly Approval[],
  { people, by, ...rules }: LeaveCheck,
): ReadonlySet<PersonId> {
  const counting = approvals.filter((one) => {
    const person = people.get(one.person);
    return (
      countsFor(plan, one) &&
      (!stepUp || one.steppedUp !== undefined) &&
      person !== undefined &&
      plan.leave !== undefined &&
      mayApproveNow(person, others, plan.leave, rules, by.now)
    );
  });
  return new Set(counting.map(({ person }) => person));
}

function needsYes(plan: Plan, { others }: Way): UserError {
  const approver = others.includes('responder') ? '' : ' who is an approver';
  return new UserError(
    'not_allowed',
    `${plan.name} ${doesWords(plan)} and needs the yes of another person${approver} first.`,
    { hint: `Somebody else types \`contain approve ${plan.name}\`.` },
  );
}

function doesWords(plan: Plan): string {
  return `${purposeWords[plan.purpose].does} ${countedTargets(plan)}`;
}

/** @returns that a code must be typed with the same line */
function needsCode(plan: Plan): UserError {
  return new UserError(
    'not_allowed',
    `${plan.name} ${doesWords(plan)} and needs a code of yours.`,
    {
      hint: 'Type it at the prompt of the command line, or in the console; never into a line.',
      asks: 'code',
    },
  );
}

/**
 * Refuses the yes of somebody who did not prove that it is them, where no way takes it without.
 *
 * @throws UserError `not_allowed`, asking for a code
 */
export function assertProved(plan: Plan & { leave: Leave }, by: Decider): void {
  const others = plan.leave.ways.filter(({ persons }) => persons > 1);
  if (by.steppedUp !== undefined || others.some(({ stepUp }) => !stepUp)) return;
  throw needsCode(plan);
}
