import { UserError } from '../errors.ts';
import { untilRunWords } from './plan-words.ts';
import type { Action, Plan } from './plan.ts';
import type { StepVisit } from './runbook-run.ts';
import type { RunbookStep } from './runbook.ts';
import { isByHand, isOnWord } from './step-actions.ts';
import { listed } from './wording.ts';

/** A plan that a run made, with what became of it. */
export type MadePlan = { readonly plan: Plan; readonly actions: readonly Action[] };

/** How far the workflows of a step are sealed. */
export type Sealing = {
  /** References of those of which nothing was sealed since the step came up. */
  readonly unsealed: readonly string[];
  /** By what was looked, when no workflow was found: whether that is right, a person says. */
  readonly foundNone?: string;
};

/** What shows whether a step is done. */
export type StepProof = {
  /** The plans of the run's visits, in the order in which they were made. */
  readonly made: readonly MadePlan[];
  /** What shows whether it is contained: the run's plans, and others of its incident. */
  readonly contained: readonly MadePlan[];
  /** True when other plans of the incident keep off already all that the step would disable. */
  readonly keptOff: boolean;
  readonly sealing: Sealing;
  /** What is missing of the state that the step asks for. */
  readonly missing: string | undefined;
  readonly note?: string | undefined;
  /** True where people do by hand what the step could have Firebreak do elsewhere. */
  readonly byHand: boolean;
};

/**
 * Refuses to call a step done that is not.
 *
 * @throws UserError `not_ready` with what is missing
 */
export function assertStepDone(step: RunbookStep, visit: StepVisit, proof: StepProof): void {
  if (!proof.byHand) assertCarriedOut(step, visit, proof);
  if (proof.note !== undefined) return;
  if (isUpdate(step)) {
    throw new UserError('not_ready', `Firebreak has told nobody yet at “${step.heading}”.`, {
      hint: '`runbook do` does; `runbook done <who was told, and where>` if you did it elsewhere.',
    });
  }
  if (!needsWord(step, proof.byHand)) return;
  throw new UserError('bad_input', `Say how you know that “${step.heading}” is done.`, {
    hint: 'e.g. `runbook done revoked in the dashboard, the old key answers 401`',
  });
}

function assertCarriedOut(
  step: RunbookStep,
  visit: StepVisit,
  { made, contained, keptOff, sealing, missing, note }: StepProof,
): void {
  switch (step.deed?.action) {
    case 'contain.disable':
    case 'contain.freeze':
      if (visit.plan !== undefined || !keptOff) assertWasRun(step, visit, made);
      assertNoneOn(step, missing);
      break;
    case 'contain.nodes':
    case 'cred.revoke':
    case 'cred.block':
    case 'cred.overwrite':
      assertWasRun(step, visit, made);
      break;
    case 'contain.thaw':
    case 'contain.undo':
      assertBroughtBack(step, visit, made);
      assertReached(step, missing);
      break;
    case 'contain.verify':
      assertVerified(step, contained, 'contained');
      assertNoneOn(step, missing);
      break;
    case 'cred.verify':
      assertVerified(step, revocationsIn(made), 'revoked');
      break;
    case 'evidence.snapshot':
      assertSealed(step, sealing, note);
      break;
    case 'scope.add':
    case 'scope.convict':
    case 'incident.private':
    case 'incident.sev':
    case 'incident.phase':
    case 'role.claim':
    case 'runbook.start':
      assertReached(step, missing);
      break;
    case undefined:
    case 'scope.find':
    case 'cred.list':
    case 'user.list':
    case 'user.lock':
    case 'user.confirm':
    case 'incident.update':
    case 'hand.revoke':
    case 'hand.delete':
      break;
  }
}

/** Those of a run's plans that revoke. */
export function revocationsIn(made: readonly MadePlan[]): readonly MadePlan[] {
  return made.filter(({ plan }) => plan.purpose === 'revoke');
}

/**
 * True when only a person's word stands for the step: Firebreak cannot look.
 *
 * @param byHand true where people do by hand what the step could have Firebreak do elsewhere
 */
export function needsWord({ kind, deed }: RunbookStep, byHand: boolean): boolean {
  return (
    byHand ||
    isByHand(deed?.action) ||
    isOnWord(deed?.action) ||
    (kind === 'verify' && deed === undefined)
  );
}

/** True for a step that tells people, who may have been told elsewhere, where Firebreak cannot look. */
function isUpdate({ deed }: RunbookStep): boolean {
  return deed?.action === 'incident.update';
}

/**
 * True when Firebreak looks by itself whether the step is done; else its end is what a person says.
 *
 * @param byHand true where people do by hand what the step could have Firebreak do elsewhere
 */
export function isSeenByFirebreak(step: RunbookStep, byHand: boolean): boolean {
  const { deed } = step;
  if (deed === undefined || ['scope.find', 'cred.list', 'user.list'].includes(deed.action))
    return false;
  return !needsWord(step, byHand) && !isUpdate(step);
}

/**
 * True when a step that people do, or that Firebreak could have done, ended by what a person said,
 * be it only that it is done.
 *
 * @param byHand true where people do by hand what the step could have Firebreak do elsewhere
 */
export function isTakenOnWord(
  step: RunbookStep,
  byHand: boolean,
  note: string | undefined,
): boolean {
  const isByPeople = step.deed === undefined && step.kind !== 'decide';
  return isByPeople || (note !== undefined && (needsWord(step, byHand) || isUpdate(step)));
}

function assertReached(step: RunbookStep, missing: string | undefined): void {
  if (missing === undefined) return;
  throw new UserError('not_ready', `“${step.heading}” is not done: ${missing}.`, {
    hint: '`runbook do` does it; `runbook skip <why>` goes on without.',
  });
}

/** What came on, or came up, since the plan was made is no part of it. */
function assertNoneOn(step: RunbookStep, on: string | undefined): void {
  if (on === undefined) return;
  throw new UserError('not_ready', `“${step.heading}” is not done: ${on}.`, {
    hint: '`scope sync` looks again; `runbook skip <why>` goes on all the same.',
  });
}

function assertWasRun(step: RunbookStep, visit: StepVisit, made: readonly MadePlan[]): void {
  const plan = made.find((one) => one.plan.id === visit.plan)?.plan;
  if (plan === undefined) {
    throw new UserError('not_ready', `“${step.heading}” has no plan yet.`, {
      hint: '`runbook do` makes it; `runbook skip <why>` goes on without.',
    });
  }
  if (plan.startedAt !== undefined) return;
  throw new UserError('not_ready', `${plan.name} is ${plan.state}; it was not run.`, {
    hint:
      plan.state === 'proposed' || plan.state === 'approved'
        ? `${untilRunWords(plan)}.`
        : '`runbook do` makes a new plan; `runbook skip <why>` goes on without.',
  });
}

/** What is left off on purpose, because it is hostile or somebody else keeps it off, is skipped. */
function assertBroughtBack(step: RunbookStep, visit: StepVisit, made: readonly MadePlan[]): void {
  assertWasRun(step, visit, made);
  const own = made.filter(({ plan }) => plan.id === visit.plan);
  const open = unverified(
    own.map(({ plan, actions }) => ({
      plan,
      actions: actions.filter(({ state }) => state !== 'skipped'),
    })),
  );
  if (open.length === 0) return;
  throw new UserError('not_ready', `“${step.heading}” is not done: ${listed(open, 10)}.`, {
    hint: `\`contain status ${own[0]?.plan.name ?? ''}\` shows why; \`runbook skip <why>\` goes on all the same.`,
  });
}

function assertVerified(
  step: RunbookStep,
  made: readonly MadePlan[],
  what: 'contained' | 'revoked',
): void {
  const run = made.filter(({ plan }) => plan.startedAt !== undefined);
  if (run.length === 0) {
    throw new UserError('not_ready', `This run has ${what} nothing, so nothing can be verified.`, {
      hint: '`runbook skip <why>` goes on without.',
    });
  }
  const open = unverified(run);
  if (open.length === 0) return;
  const last = run.at(-1)?.plan.name ?? '';
  throw new UserError('not_ready', `“${step.heading}” is not done: ${listed(open, 10)}.`, {
    hint: `\`contain status ${last}\` shows why; \`runbook skip <why>\` goes on all the same.`,
  });
}

/** `w3 stop contradicted`: what the newest act on each workflow has not been proved to hold. */
function unverified(made: readonly MadePlan[]): readonly string[] {
  const newest = new Map<string, Action>();
  for (const { actions } of made) {
    for (const action of actions) {
      newest.set(`${action.connection}/${action.workflow}/${action.lever}`, action);
    }
  }
  return [...newest.values()]
    .filter(({ state }) => state !== 'verified')
    .map(({ ref, lever, state }) => `${ref} ${lever} ${state}`);
}

function assertSealed(
  step: RunbookStep,
  { unsealed, foundNone }: Sealing,
  note: string | undefined,
): void {
  if (foundNone !== undefined && note === undefined) {
    throw new UserError('not_ready', `Nothing was found to seal, so nothing is: ${foundNone}.`, {
      hint: '`scope sync` looks again; `runbook done <why that is right>` or `runbook skip <why>` goes on.',
    });
  }
  if (unsealed.length === 0) return;
  throw new UserError(
    'not_ready',
    `“${step.heading}” is not done: nothing of ${listed(unsealed, 10)} is sealed yet.`,
    { hint: '`runbook do` asks for it, `evidence list` shows it; `runbook skip <why>` goes on.' },
  );
}
