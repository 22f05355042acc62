import { decidersOf, mayDecideOn } from '../domain/leave.ts';
import type { Person } from '../domain/person.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { said } from './incident-view.ts';

/**
 * What others do about a plan on which this person may not decide: told, because a line that is
 * offered is one that they can type. Nothing where they may, or where nobody has to.
 */
export function stepOfOthers(plan: Plan, person: Person): readonly Block[] {
  const isOpen = plan.state === 'proposed' && plan.approvalsNeeded > 0;
  if (!isOpen || mayDecideOn(person, plan)) return [];
  const who = decidersOf(plan.leave).join(' or ');
  const lines = `says yes with \`contain approve ${plan.name}\`, or no with \`contain deny ${plan.name}\``;
  const made = plan.requestedBy === person.id;
  const mayOverride = plan.leave?.ways.some(({ override }) => override) ?? false;
  return [
    said(
      made
        ? `Another ${who} ${lines}; you made it, so you cannot.`
        : `Somebody who is ${who} ${lines}.`,
    ),
    ...(mayOverride
      ? [
          said(
            `Where nobody answers, the commander runs it alone, with a reason that another reviews before the incident is closed: \`contain run ${plan.name} override:"…"\`.`,
          ),
        ]
      : []),
  ];
}
