import type { Block } from '../domain/reply.ts';
import { isTakenOnWord } from '../domain/runbook-proof.ts';
import type { StepVisit, Walk } from '../domain/runbook-run.ts';
import type { RunbookStep } from '../domain/runbook.ts';
import { stepCalled } from '../domain/runbook.ts';
import type { CommandContext } from './command.ts';
import { namesOf } from './deciding.ts';
import { isByHandHere, stepCredential } from './runbook-credential.ts';

/** Every step of the runbook and what became of it. */
export async function stepsTable(context: CommandContext, walk: Walk): Promise<Block> {
  const names = await namesOf(context);
  const walked = [];
  for (const visit of walk.visits) {
    const step = stepCalled(walk.runbook, visit.step);
    walked.push([
      String(visit.position),
      step?.heading ?? visit.step,
      step?.kind ?? '',
      stateWords(visit, step, step !== undefined && (await wasByHand(context, walk, visit, step))),
      visit.endedBy === undefined ? '' : names(visit.endedBy),
    ]);
  }
  const seen = new Set(walk.visits.map(({ step }) => step));
  const left = walk.runbook.steps
    .filter(({ id }) => !seen.has(id))
    .map(({ heading, kind }) => ['', heading, kind, 'not reached', '']);
  return {
    kind: 'table',
    columns: ['#', 'step', 'kind', 'state', 'by'],
    rows: [...walked, ...left],
  };
}

/** A revocation that no plan of the run did was done by people, though there be a way by now. */
async function wasByHand(
  context: CommandContext,
  walk: Walk,
  { plan }: StepVisit,
  step: RunbookStep,
): Promise<boolean> {
  if (step.deed?.action === 'cred.revoke' && plan === undefined) return true;
  return isByHandHere(await stepCredential(context, walk, step));
}

function stateWords(visit: StepVisit, step: RunbookStep | undefined, byHand: boolean): string {
  const { state, answer, note } = visit;
  const rest = [answer, note].filter((part) => part !== undefined).join(' · ');
  const onWord = state === 'done' && step !== undefined && isTakenOnWord(step, byHand, note);
  const word = onWord ? `${state}, not verified by Firebreak` : state;
  return rest === '' ? word : `${word}: ${rest}`;
}
