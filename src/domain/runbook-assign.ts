import { UserError } from '../errors.ts';
import type { Incident } from './incident.ts';
import { isVisibleTo } from './incident.ts';
import type { Notice } from './notice.ts';
import type { Person, PersonId } from './person.ts';
import { may } from './person.ts';
import type { Decider } from './plan-change.ts';
import { assertOpen } from './planning.ts';
import { holderOf } from './role.ts';
import type { RunbookChange, StepVisit, Walk } from './runbook-run.ts';
import { currentOf, runEvent } from './runbook-run.ts';
import type { RunbookStep } from './runbook.ts';

/** Whom a step waits for: who was given it by name, else who holds its role now. */
export function stepOwner(
  incident: Incident,
  step: RunbookStep,
  { assigned }: Pick<StepVisit, 'assigned'>,
): PersonId | undefined {
  if (assigned !== undefined) return assigned;
  const role = step.owner;
  if (role === undefined || role === 'responder' || role === 'approver') return undefined;
  return holderOf(incident, role);
}

/** Who gets the current step, from whom, and why. */
export type GivenStep = {
  readonly person: Person;
  /** Whom it waited for until now. */
  readonly before?: Person;
  readonly why?: string;
};

/**
 * Gives the current step of a run to a person. The next step is its role's again.
 *
 * @throws UserError `conflict` when they have it already, cannot press anything in it, or cannot
 *   see the incident
 */
export function assignStep(
  walk: Walk,
  given: GivenStep,
  at: { readonly incident: Incident; readonly by: Decider; readonly newId: () => string },
): RunbookChange & { readonly notices: readonly Notice[] } {
  const { incident, by } = at;
  const { person, before, why } = given;
  assertOpen(incident);
  const { visit, step } = currentOf(walk);
  if (stepOwner(incident, step, visit) === person.id) {
    throw new UserError('conflict', `“${step.heading}” is with @${person.handle} already.`, {
      hint: `\`runbook next ${walk.run.name}\` shows what is to be done.`,
    });
  }
  refuseUnfit(incident, person);
  const rest = `${before === undefined ? '' : ` It was with @${before.handle}.`}${why === undefined ? '' : ` Why: ${why}`}`;
  return {
    runbookRuns: [walk.run],
    runbookSteps: [{ ...visit, assigned: person.id }],
    events: [
      runEvent(walk.run, by, {
        kind: 'runbook_step_assigned',
        text: `${walk.run.name} “${step.heading}” is with @${person.handle} now.${rest}`,
        data: {
          step: step.id,
          position: visit.position,
          person: person.id,
          ...(before === undefined ? {} : { before: before.id }),
          ...(why === undefined ? {} : { why }),
        },
      }),
    ],
    notices: [person, before]
      .filter((one) => one !== undefined)
      .filter(({ id }) => id !== by.person.id)
      .map(({ id }) => ({
        id: at.newId(),
        person: id,
        incident: incident.id,
        at: by.now,
        urgent: id === person.id,
        text: `${incident.drill ? 'Drill: ' : ''}@${by.person.handle} gave ${id === person.id ? 'you' : `@${person.handle}`} step ${visit.position} of ${walk.run.name} in ${incident.name}: “${step.heading}”.${rest} Look: \`runbook next ${walk.run.name}\`.`,
      })),
  };
}

function refuseUnfit(incident: Incident, person: Person): void {
  const who = `@${person.handle}`;
  if (person.disabledAt) {
    throw new UserError('conflict', `The access of ${who} was switched off.`, {
      hint: 'Name somebody else: `person list` shows everyone.',
    });
  }
  if (!may(person, 'responder')) {
    throw new UserError('conflict', `A step needs a responder; ${who} is not.`, {
      hint: `Ask an admin to type \`person grant ${who} responder\``,
    });
  }
  if (!isVisibleTo(incident, person.id)) {
    throw new UserError('conflict', `${incident.name} is private, and ${who} cannot see it.`, {
      hint: `Let them in first: \`private add ${who} in:${incident.name}\``,
    });
  }
}
