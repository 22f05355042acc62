import { mayDecideOn } from '../domain/leave.ts';
import type { Person } from '../domain/person.ts';
import type { Plan } from '../domain/plan.ts';
import { needsWord } from '../domain/runbook-proof.ts';
import type { RunbookRun } from '../domain/runbook-run.ts';
import type { RunbookStep } from '../domain/runbook.ts';

/** How far the current step has come. */
type StepStanding = {
  readonly plan: Plan | undefined;
  /** The newest plan of the run that was started: what a step of proof looks at. */
  readonly proves: Plan | undefined;
  /** The run that the step has started. */
  readonly started?: RunbookRun | undefined;
  /** The line that has it start one. */
  readonly starts?: string | undefined;
  readonly byHand: boolean;
  readonly person: Person;
  /** True when the state that the step asks for is reached already. */
  readonly isReached: boolean;
};

/** Whole lines for what can be done now; `…` where a person must add words. */
export function stepLines(step: RunbookStep, at: StepStanding, on: string): readonly string[] {
  const skip = `runbook skip … ${on}`;
  if (step.kind === 'decide') return step.answers.map(({ name }) => `runbook done ${name} ${on}`);
  if (needsWord(step, at.byHand)) {
    const how = step.deed?.action === 'user.lock' ? [`runbook do ${on}`] : [];
    return [...how, `runbook done … ${on}`, skip];
  }
  switch (step.deed?.action) {
    case 'contain.disable':
    case 'contain.nodes':
    case 'contain.freeze':
    case 'cred.revoke':
    case 'cred.block':
    case 'cred.overwrite':
      return [...planLines(at, on), skip];
    case 'contain.thaw':
    case 'contain.undo': {
      // What is not marked before the press comes on with the rest.
      const mark = at.plan === undefined ? ['scope convict …'] : [];
      return [...mark, ...planLines(at, on), skip];
    }
    case 'contain.verify':
    case 'cred.verify': {
      const { proves } = at;
      const look = proves === undefined ? [] : [`contain status ${proves.name}`];
      return [`runbook done ${on}`, `runbook do ${on}`, ...look, skip];
    }
    case undefined:
      return [`runbook done ${on}`, skip];
    case 'scope.add':
    case 'scope.convict':
    case 'incident.private':
    case 'incident.sev':
    case 'incident.phase':
    case 'role.claim':
      return [`runbook do ${on}`, ...(at.isReached ? [`runbook done ${on}`] : []), skip];
    case 'incident.update':
      return [`runbook do ${on}`, `runbook done … ${on}`, skip];
    case 'evidence.snapshot':
      return at.isReached
        ? [`runbook done ${on}`, 'evidence list', `runbook do ${on}`, skip]
        : [`runbook do ${on}`, `runbook done ${on}`, 'evidence list', skip];
    case 'runbook.start':
      return [...otherLines(at, on), skip];
    case 'scope.find':
    case 'cred.list':
    case 'user.list':
    case 'user.lock':
    case 'user.confirm':
    case 'hand.revoke':
    case 'hand.delete':
      return [`runbook do ${on}`, `runbook done ${on}`, skip];
  }
}

function otherLines({ started, isReached, starts }: StepStanding, on: string): readonly string[] {
  if (started?.state === 'running') return [`runbook next ${started.name}`];
  if (isReached) return [`runbook done ${on}`];
  return [starts ?? `runbook do ${on}`, ...(started ? [`runbook show ${started.name}`] : [])];
}

function planLines(
  { plan, person }: { readonly plan: Plan | undefined; readonly person: Person },
  on: string,
): readonly string[] {
  if (plan?.startedAt) return [`runbook done ${on}`, `contain status ${plan.name}`];
  switch (plan?.state) {
    case 'proposed':
      if (plan.approvalsNeeded === 0) {
        return [`contain run ${plan.name}`, `contain status ${plan.name}`];
      }
      return mayDecideOn(person, plan)
        ? [`contain approve ${plan.name}`, `contain status ${plan.name}`]
        : [`contain status ${plan.name}`];
    case 'approved':
      return [`contain run ${plan.name}`, `contain status ${plan.name}`];
    case undefined:
    case 'running':
    case 'paused':
    case 'finished':
    case 'denied':
    case 'cancelled':
    case 'expired':
      return [`runbook do ${on}`];
  }
}
