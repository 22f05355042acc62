import { UserError } from '../errors.ts';
import type { Incident } from './incident.ts';
import type { Decider } from './plan-change.ts';
import { assertOpen } from './planning.ts';
import type { RunbookChange, StepVisit, Walk } from './runbook-run.ts';
import { currentOf, runEvent, visitOf } from './runbook-run.ts';
import { stepCalled } from './runbook.ts';

/**
 * The visits that led to where a run stands, without those from which it went back.
 *
 * @param visits in the order of walking
 */
export function pathOf(visits: readonly StepVisit[]): readonly StepVisit[] {
  const path: StepVisit[] = [];
  for (const visit of visits) {
    if (visit.state === 'current') break;
    // It went back from here, to the step before, which was then visited again.
    if (visit.state === 'left') path.pop();
    else path.push(visit);
  }
  return path;
}

/**
 * Goes back to the step before. What was done stays done; that step is asked about once more.
 *
 * @throws UserError `conflict` at the first step
 */
export function goBack(
  walk: Walk,
  why: string | undefined,
  at: { readonly incident: Incident; readonly by: Decider },
): RunbookChange {
  const { incident, by } = at;
  assertOpen(incident);
  const { visit, step } = currentOf(walk);
  const before = pathOf(walk.visits).at(-1);
  const target = before && stepCalled(walk.runbook, before.step);
  if (!target) {
    throw new UserError('conflict', `“${step.heading}” is the first step of ${walk.run.name}.`, {
      hint: `\`runbook stop <why> run:${walk.run.name}\` ends a run that was a mistake.`,
    });
  }
  const left: StepVisit = {
    ...visit,
    state: 'left',
    endedAt: by.now,
    endedBy: by.person.id,
    ...(why === undefined ? {} : { note: why }),
  };
  return {
    runbookRuns: [walk.run],
    runbookSteps: [left, visitOf(walk.run, target, visit.position + 1, incident, by)],
    events: [
      runEvent(walk.run, by, {
        kind: 'runbook_step_left',
        text: `${walk.run.name}: back from “${step.heading}” to “${target.heading}”${why === undefined ? '.' : `: ${why}`}`,
        data: {
          step: step.id,
          position: visit.position,
          to: target.id,
          ...(why === undefined ? {} : { why }),
        },
      }),
    ],
  };
}
