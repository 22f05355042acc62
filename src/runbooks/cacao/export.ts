import { deedInWords } from '../../domain/deed-words.ts';
import type { Runbook, RunbookStep, StepOwner } from '../../domain/runbook.ts';
import type { StepKind } from '../../domain/step-actions.ts';
import type { RunbookExtension, StepExtension } from './extension.ts';
import { extensionInWords } from './extension.ts';
import type { Hash } from './ids.ts';
import { idFor } from './ids.ts';
import type { CacaoStep, Playbook } from './playbook.ts';
import { playbook } from './playbook.ts';
import { markdownOf, nodesOf } from './words.ts';
import type { Action } from './workflow.ts';
import { answerVariable, workflowOf } from './workflow.ts';

/** Nothing keeps when a runbook was first written, and of one playbook it must never change (3.1). */
const created = '2026-01-01T00:00:00.000Z';

/** 3.1.2, and 3.1.1 for the whole. A step that only decides, or that says its own, has none. */
const activities: Readonly<Partial<Record<StepKind, { activity: string; type: string }>>> = {
  identify: { activity: 'identify-indicators', type: 'investigation' },
  capture: { activity: 'analyze-collected-data', type: 'investigation' },
  verify: { activity: 'analyze-collected-data', type: 'investigation' },
  act: { activity: 'restrict-access', type: 'mitigation' },
  comms: { activity: 'deliver-content', type: 'notification' },
  clock: { activity: 'deliver-content', type: 'notification' },
};

const severityNumbers = { sev1: 100, sev2: 75, sev3: 50, sev4: 25 } as const;

/**
 * A runbook as a CACAO playbook of manual commands: whoever has no Firebreak can read and follow it,
 * and nobody's engine does anything by it.
 *
 * @param now of this version; two exports differ in nothing else
 */
export function cacaoOf(runbook: Runbook, hash: Hash, now: Date): Playbook {
  const by = idFor(hash, 'identity');
  const definition = idFor(hash, 'extension-definition');
  const agent = (owner: StepOwner) => idFor(hash, 'group', runbook.id, owner);
  const flow = workflowOf(runbook, hash, (step) =>
    actionOf(runbook, step, definition, agent(step.owner ?? 'responder')),
  );
  const owners = [...new Set(runbook.steps.map(({ owner }) => owner ?? 'responder'))];
  const done = runbook.steps.flatMap(({ kind }) => activities[kind] ?? []);
  const labels = [...runbook.for, ...runbook.regimes];
  return playbook.parse({
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: idFor(hash, 'playbook', runbook.id),
    name: runbook.title,
    ...described(markdownOf(nodesOf(runbook.prose))),
    ...(done.length === 0
      ? {}
      : {
          playbook_types: [...new Set(done.map(({ type }) => type))],
          playbook_activities: [...new Set(done.map(({ activity }) => activity))],
        }),
    playbook_processing_summary: summaryOf(Object.values(flow.workflow)),
    created_by: by,
    created,
    modified: now.toISOString(),
    ...(runbook.severity === undefined ? {} : { severity: severityNumbers[runbook.severity] }),
    ...(labels.length === 0 ? {} : { labels }),
    ...referencesOf(runbook),
    ...variablesOf(runbook),
    ...flow,
    playbook_extensions: { [definition]: runbookExtensionOf(runbook) },
    agent_definitions: Object.fromEntries(
      owners.map((owner) => [agent(owner), { type: 'group', name: owner }]),
    ),
    extension_definitions: {
      [definition]: {
        type: 'extension-definition',
        name: 'Firebreak runbook',
        description: 'How a runbook of Firebreak orders its steps and what it asks for.',
        created_by: by,
        schema: extensionInWords,
        version: '1.0.0',
      },
    },
  });
}

function described(text: string): { description?: string } {
  return text.trim() === '' ? {} : { description: text.trim() };
}

function actionOf(runbook: Runbook, step: RunbookStep, definition: string, agent: string): Action {
  const { activity } = activities[step.kind] ?? {};
  return {
    name: step.heading,
    ...described(markdownOf(nodesOf(step.prose))),
    ...(step.withinMs === undefined ? {} : { timeout: step.withinMs }),
    step_extensions: { [definition]: stepExtensionOf(runbook, step) },
    commands: [
      {
        type: 'manual',
        command: commandOf(step),
        ...(activity === undefined ? {} : { playbook_activity: activity }),
      },
    ],
    agent,
    ...(step.answers.length === 0 ? {} : { out_args: [answerVariable(step.id)] }),
  };
}

/** What a person is told to do. One line, because a foreign engine may show nothing else. */
export function commandOf({ heading, deed, answers }: RunbookStep): string {
  if (answers.length > 0) return `${heading} Answer: ${answers.map(({ name }) => name).join(', ')}`;
  const sentence = /[.?!]$/.test(heading) ? heading : `${heading}.`;
  return deed ? `${sentence} ${deedInWords(deed)} (in Firebreak: ${deed.action})` : heading;
}

function runbookExtensionOf(runbook: Runbook): RunbookExtension {
  const { id, version, severity, roles, tripwire, regimes, attack, csf, inputs } = runbook;
  return {
    runbook_id: id,
    version,
    for: [...runbook.for],
    ...(severity === undefined ? {} : { severity }),
    roles: [...roles],
    tripwire,
    regimes: [...regimes],
    attack: [...attack],
    csf: [...csf],
    inputs: inputs.map((input) => ({ ...input, choices: [...input.choices] })),
  };
}

function stepExtensionOf(runbook: Runbook, step: RunbookStep): StepExtension {
  return {
    step_id: step.id,
    position: runbook.steps.indexOf(step) + 1,
    kind: step.kind,
    ...(step.owner === undefined ? {} : { owner: step.owner }),
    ...(step.answers.length === 0
      ? {}
      : { answers: step.answers.map(({ name, to }) => ({ name, leads_to: to })) }),
    ...(step.next === undefined ? {} : { next_step: step.next }),
    ...(Object.keys(step.when).length === 0 ? {} : { only_when: { ...step.when } }),
    ...(step.deed === undefined ? {} : { does: step.deed.action }),
  };
}

function referencesOf({ attack, csf }: Runbook): Pick<Playbook, 'external_references'> {
  const references = [
    ...attack.map((id) => ({
      name: id.startsWith('AML') ? 'MITRE ATLAS' : 'MITRE ATT&CK',
      external_id: id,
    })),
    ...csf.map((id) => ({ name: 'NIST CSF 2.0', external_id: id })),
  ];
  return references.length === 0 ? {} : { external_references: references };
}

/** What a run is told before it starts, and what its decisions were answered. */
function variablesOf({ inputs, steps }: Runbook): Pick<Playbook, 'playbook_variables'> {
  const decisions = steps.filter(({ answers }) => answers.length > 0);
  const variables = Object.fromEntries([
    ...inputs.map(({ name, ask }) => [
      `__input_${name}__`,
      { type: 'string', description: ask, external: true },
    ]),
    ...decisions.map(({ id, heading }) => [
      answerVariable(id),
      { type: 'string', description: heading, value: null },
    ]),
  ]);
  return Object.keys(variables).length === 0 ? {} : { playbook_variables: variables };
}

function summaryOf(steps: readonly CacaoStep[]): Playbook['playbook_processing_summary'] {
  return {
    manual_playbook: true,
    if_logic: steps.some(({ type }) => type === 'if-condition'),
    switch_logic: steps.some(({ type }) => type === 'switch-condition'),
    temporal_logic: steps.some((step) => 'timeout' in step),
    extensions: true,
  };
}
