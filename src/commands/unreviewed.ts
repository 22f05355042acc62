import { mayReview, waitsForReview } from '../domain/overriding.ts';
import type { Person } from '../domain/person.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { listed } from '../domain/wording.ts';
import { warned } from './incident-view.ts';

/** That an incident stays open until somebody else has looked at what was overridden. */
export function unreviewedBlocks(plans: readonly Plan[]): readonly Block[] {
  const names = plans.filter(waitsForReview).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    warned(
      `Overridden, not reviewed: ${listed(names)}. Until an approver or admin who did not override has done so, the incident cannot be closed.`,
    ),
  ];
}

/** The lines with which this person reviews them. */
export function reviewLines(person: Person, plans: readonly Plan[]): readonly string[] {
  return plans
    .filter((plan) => mayReview(person, plan))
    .map(({ name }) => `contain review ${name} …`);
}
