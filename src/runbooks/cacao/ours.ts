import type { Runbook, RunbookStep } from '../../domain/runbook.ts';
import type { Draft } from './draft.ts';
import { commandOf } from './export.ts';
import type { StepExtension } from './extension.ts';
import { runbookExtension, stepExtension } from './extension.ts';
import type { Complain } from './foreign.ts';
import { nodesFrom, nodesOfStep } from './foreign.ts';
import type { Hash } from './ids.ts';
import { idFor } from './ids.ts';
import type { CacaoStep, Playbook } from './playbook.ts';
import { leadsOf } from './playbook.ts';
import { actionId, workflowOf } from './workflow.ts';

/** Of an exported runbook, what its extension says; undefined when there is none. */
export function isOurs(playbook: Playbook, hash: Hash): boolean {
  return playbook.playbook_extensions?.[idFor(hash, 'extension-definition')] !== undefined;
}

/**
 * The draft of a playbook that Firebreak has exported: with its own ids, order and conditions.
 * Undefined when the extension is not whole, or does not say the same ways as the workflow, because
 * somebody has changed one of them elsewhere.
 *
 * What a step would have Firebreak do is not taken up: the file may come from anybody.
 */
export function draftOfOurs(playbook: Playbook, hash: Hash, complain: Complain): Draft | undefined {
  const definition = idFor(hash, 'extension-definition');
  const whole = runbookExtension.safeParse(playbook.playbook_extensions?.[definition]);
  if (!whole.success) return undefined;
  const { runbook_id: id, ...front } = whole.data;
  const told = Object.entries(playbook.workflow).flatMap(([key, step]) => {
    if (step.type !== 'action') return [];
    const read = stepExtension.safeParse(step.step_extensions?.[definition]);
    return read.success && key === actionId(hash, id, read.data.step_id)
      ? [{ key, step, said: read.data }]
      : [];
  });
  const ordered = told.toSorted((a, b) => a.said.position - b.said.position);
  const { severity, ...rest } = front;
  const runbook: Runbook = {
    ...rest,
    ...(severity === undefined ? {} : { severity }),
    id,
    title: playbook.name,
    prose: [],
    steps: ordered.map(({ step, said }) => skeleton(step.name ?? said.step_id, said)),
  };
  if (runbook.steps.length === 0 || !saysTheSame(playbook, runbook, hash)) return undefined;
  return {
    id,
    title: playbook.name,
    nodes: nodesFrom(playbook.description ?? '', ['description'], complain),
    front,
    steps: ordered.map(({ key, step, said }, index) => {
      const one = runbook.steps[index] ?? skeleton('', said);
      const path = ['workflow', key];
      return {
        id: one.id,
        heading: one.heading,
        nodes: nodesOfStep(playbook, step, path, complain, commandOf(one)),
        ...(said.owner === undefined ? {} : { owner: said.owner }),
        ...(step.timeout === undefined ? {} : { withinMs: step.timeout }),
        answers: one.answers,
        ...(one.next === undefined ? {} : { next: one.next }),
        when: one.when,
        path,
      };
    }),
  };
}

function skeleton(heading: string, said: StepExtension): RunbookStep {
  const answers = said.answers ?? [];
  return {
    id: said.step_id,
    heading,
    prose: [],
    kind: answers.length > 0 ? 'decide' : 'manual',
    answers: answers.map(({ name, leads_to: to }) => ({ name, to })),
    ...(said.next_step === undefined ? {} : { next: said.next_step }),
    when: said.only_when ?? {},
    line: 1,
  };
}

/** True when the workflow is what an export of this runbook would write. */
function saysTheSame(playbook: Playbook, runbook: Runbook, hash: Hash): boolean {
  const stub = { commands: [], agent: '' };
  const made = workflowOf(runbook, hash, () => stub);
  return (
    made.workflow_start === playbook.workflow_start &&
    waysOf(made.workflow) === waysOf(playbook.workflow)
  );
}

function waysOf(workflow: Playbook['workflow']): string {
  const ways = Object.entries(workflow).map(([id, step]) => [
    id,
    step.type,
    conditionOf(step),
    leadsOf(step)
      .map(({ path, to }) => [...path, to].join(' '))
      .toSorted(),
  ]);
  return JSON.stringify(ways.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

function conditionOf(step: CacaoStep): string {
  if ('condition' in step) return step.condition;
  return step.type === 'switch-condition' ? step.switch : '';
}
