import { UserError } from '../errors.ts';
import type { Incident } from './incident.ts';
import type { LeaveCheck } from './leave.ts';
import type { Notice } from './notice.ts';
import type { Person } from './person.ts';
import { may } from './person.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import { countedTargets } from './plan-words.ts';
import type { Plan } from './plan.ts';
import type { NewTimelineEvent } from './timeline.ts';

/** That the commander does without the yes of another person, and why. */
export function overrideEvent(plan: Plan, { by, override }: LeaveCheck): NewTimelineEvent {
  return planEvent(plan, by, {
    kind: 'plan_overridden',
    text: `${plan.name} is run by the commander’s override, without the yes of another person: ${override}`,
    data: { digest: plan.digest, reason: override ?? '' },
  });
}

/**
 * What all approvers and admins but the commander are told at once.
 *
 * Who may not see the incident learns that it happened, and not what it is about.
 */
export function overrideNotices(
  plan: Plan,
  incident: Incident,
  told: { readonly people: readonly Person[]; readonly by: Decider; readonly newId: () => string },
): readonly Notice[] {
  const { people, by, newId } = told;
  const isPrivate = incident.visibility === 'private';
  const what = isPrivate ? '' : ` (${countedTargets(plan)}, ${incident.name})`;
  const why = isPrivate ? '' : ` Why: ${plan.override?.reason ?? ''}`;
  return people
    .filter((person) => person.id !== by.person.id)
    .filter((person) => may(person, 'approver') || may(person, 'admin'))
    .map((person) => ({
      id: newId(),
      person: person.id,
      incident: incident.id,
      at: by.now,
      urgent: true,
      text: `${incident.drill ? 'Drill: ' : ''}@${by.person.handle} ran ${plan.name}${what} by the commander’s override, without the yes of another person. ${reviewAsked(plan)}${why}`,
    }));
}

function reviewAsked({ name }: Pick<Plan, 'name'>): string {
  return `Somebody else reviews it: \`contain review ${name} <finding>\`.`;
}

/** What was told of overrides, once some of these plans were reviewed: nothing is asked any more. */
export function withoutReviewed(notice: Notice, plans: readonly Plan[]): Notice {
  const reviewed = plans.filter(({ override }) => override?.review !== undefined);
  const text = reviewed.reduce(
    (words, plan) => words.replace(reviewAsked(plan), 'It was reviewed.'),
    notice.text,
  );
  return { ...notice, text };
}

/** True for who may look at what somebody else overrode. */
export function mayReview(person: Person, plan: Plan): boolean {
  const isElse = plan.override?.by !== person.id;
  return waitsForReview(plan) && isElse && (may(person, 'approver') || may(person, 'admin'));
}

/** True while nobody else has looked at what was overridden. */
export function waitsForReview({ override }: Plan): boolean {
  return override !== undefined && override.review === undefined;
}

/**
 * Somebody else says what they think of an override, which is what lets the incident be closed.
 *
 * @throws UserError `conflict` when there is nothing to review, `not_allowed` for who overrode
 */
export function reviewOverride(plan: Plan, finding: string, by: Decider): PlanChange {
  const { override } = plan;
  if (override === undefined || override.review !== undefined) {
    throw new UserError(
      'conflict',
      override === undefined
        ? `${plan.name} was not overridden, so there is nothing to review.`
        : `${plan.name} was reviewed already.`,
      { hint: `See \`contain status ${plan.name}\`.` },
    );
  }
  if (override.by === by.person.id) {
    throw new UserError('not_allowed', 'Somebody else than who overrode reviews it.', {
      hint: 'An approver or admin types the same line.',
    });
  }
  const review = { by: by.person.id, at: by.now, finding };
  return {
    plans: [{ ...plan, override: { ...override, review } }],
    events: [
      planEvent(plan, by, {
        kind: 'override_reviewed',
        text: `The override of ${plan.name} was reviewed: ${finding}`,
        data: { finding },
      }),
    ],
  };
}
