import type { Answer, Runbook, RunbookStep } from '../../domain/runbook.ts';
import { endOfRunbook, stepCalled } from '../../domain/runbook.ts';
import type { Hash } from './ids.ts';
import { idFor } from './ids.ts';
import type { CacaoStep, Playbook } from './playbook.ts';

/** What an action carries besides where it leads. */
export type Action = Omit<Extract<CacaoStep, { type: 'action' }>, 'type' | 'on_completion'>;

/** The variable that holds the answer to a decision. */
export function answerVariable(step: string): string {
  return `__answer_${step}__`;
}

/** The id of the action that a step of a runbook becomes. */
export function actionId(hash: Hash, runbook: string, step: string): string {
  return idFor(hash, 'action', runbook, step);
}

/**
 * The ways through a runbook as a workflow.
 *
 * A step becomes an action. Where it has a `when`, an if-condition comes before it; after a decision
 * comes a switch on the variable that its action sets.
 *
 * In CACAO a branch ends in an end step and then goes on after its condition (4.8, 4.10). A runbook's
 * answers lead anywhere, also back, so here a branch is all that follows: every one goes on to the end
 * of the runbook, and after the condition nothing is left but an end of its own.
 */
export function workflowOf(
  runbook: Runbook,
  hash: Hash,
  action: (step: RunbookStep) => Action,
): Pick<Playbook, 'workflow' | 'workflow_start'> {
  const id = (type: string, ...of: string[]) => idFor(hash, type, runbook.id, ...of);
  const start = id('start');
  const end = id('end');
  const entry = (step: RunbookStep | undefined): string => {
    if (!step) return end;
    return id(Object.keys(step.when).length > 0 ? 'if-condition' : 'action', step.id);
  };
  const following = (step: RunbookStep) => runbook.steps[runbook.steps.indexOf(step) + 1];
  const named = (to: string) => entry(to === endOfRunbook ? undefined : stepCalled(runbook, to));
  const workflow: Record<string, CacaoStep> = {
    [start]: { type: 'start', on_completion: entry(runbook.steps[0]) },
  };
  const condition = (type: 'if-condition' | 'switch-condition', step: RunbookStep) => {
    const after = id('end', type, step.id);
    workflow[after] = { type: 'end' };
    return after;
  };
  for (const step of runbook.steps) {
    if (Object.keys(step.when).length > 0) {
      workflow[id('if-condition', step.id)] = {
        type: 'if-condition',
        condition: conditionOf(step.when),
        on_true: id('action', step.id),
        on_false: entry(following(step)),
        on_completion: condition('if-condition', step),
      };
    }
    const chosen = id('switch-condition', step.id);
    const decides = step.answers.length > 0;
    const to = decides
      ? chosen
      : step.next === undefined
        ? entry(following(step))
        : named(step.next);
    workflow[id('action', step.id)] = { type: 'action', ...action(step), on_completion: to };
    if (!decides) continue;
    workflow[chosen] = {
      type: 'switch-condition',
      switch: `${answerVariable(step.id)}:value`,
      cases: Object.fromEntries(
        step.answers.map((answer: Answer) => [answer.name, named(answer.to)]),
      ),
      on_completion: condition('switch-condition', step),
    };
  }
  workflow[end] = { type: 'end' };
  return { workflow_start: start, workflow };
}

/** In the patterning grammar of STIX, which CACAO takes its conditions from (4.8). */
function conditionOf(when: RunbookStep['when']): string {
  return Object.entries(when)
    .map(([step, answer]) => `${answerVariable(step)}:value = '${answer}'`)
    .join(' AND ');
}
