import { z } from 'zod';

import { incidentRoles, phases, severities } from '../domain/incident.ts';
import type { Finding, Runbook, RunbookStep, StepDeed, StepValue } from '../domain/runbook.ts';
import { endOfRunbook } from '../domain/runbook.ts';
import type {
  StepAction,
  StepActionName,
  StepKind,
  StepParameter,
} from '../domain/step-actions.ts';
import { disables, stepActionOf, stepActions, stepKinds } from '../domain/step-actions.ts';
import { listed } from '../domain/wording.ts';
import type { Complaint } from './condition.ts';
import { holeIn, readCondition, unknownInput } from './condition.ts';
import type { Section } from './markdown.ts';
import { nameShape } from './name-shape.ts';
import { startDeed } from './start-deed.ts';
import { readYaml } from './yaml.ts';

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const duration = z
  .string()
  .regex(/^\d{1,4} ?[smhd]$/, 'is a time such as 90s, 10m, 2h or 1d')
  .transform((text) => {
    const unit = text.endsWith('s')
      ? 's'
      : text.endsWith('m')
        ? 'm'
        : text.endsWith('h')
          ? 'h'
          : 'd';
    return Number.parseInt(text, 10) * unitMs[unit];
  });

/** What a step block may hold. */
export const stepBlock = z.strictObject({
  id: nameShape,
  kind: z.enum(stepKinds),
  owner: z.enum([...incidentRoles, 'responder', 'approver']).optional(),
  within: duration.optional(),
  do: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  answers: z.record(nameShape, nameShape).optional(),
  next: nameShape.optional(),
  when: z.record(nameShape, nameShape).optional(),
});

/** What a block said, before the step it leads to is looked up. */
export type ReadStep = {
  readonly step?: RunbookStep;
  readonly findings: readonly Finding[];
  /** Where a part of the block stands. */
  readonly at: (path: readonly PropertyKey[]) => Pick<Finding, 'line' | 'column'>;
};

/** Reads one `##` with its block. */
export function readStep(section: Section, file: string, inputs: Runbook['inputs']): ReadStep {
  const heading = { line: section.line, column: 1 };
  const [first, ...others] = section.blocks;
  if (!first) {
    const text =
      `“${section.heading}” has no step block: add one, fenced and with the info string ` +
      '`yaml step`, with at least `id` and `kind`; or make it a `###`.';
    return { findings: [{ file, ...heading, text }], at: () => heading };
  }
  const extra = others.map(({ line, column }) => ({
    file,
    line: line - 1,
    column,
    text: `“${section.heading}” has a second step block: one step, one block.`,
  }));
  const read = readYaml(first, stepBlock);
  const given = read.value;
  if (!given) return { findings: [...read.findings, ...extra], at: read.at };
  const complaints: Complaint[] = [];
  const complain = (complaint: Complaint) => complaints.push(complaint);
  const deed = readDeed(given, inputs, complain);
  checkAnswers(given, complain);
  const findings = complaints.map(({ path, text }) => ({ file, ...read.at(path), text }));
  const step: RunbookStep = {
    id: given.id,
    heading: section.heading,
    prose: section.prose,
    kind: given.kind,
    ...(given.owner === undefined ? {} : { owner: given.owner }),
    ...(given.within === undefined ? {} : { withinMs: given.within }),
    ...(deed === undefined ? {} : { deed }),
    answers: Object.entries(given.answers ?? {}).map(([name, to]) => ({ name, to })),
    ...(given.next === undefined ? {} : { next: given.next }),
    when: given.when ?? {},
    line: section.line,
  };
  return { step, findings: [...extra, ...findings], at: read.at };
}

type Given = z.infer<typeof stepBlock>;
type Complain = (complaint: Complaint) => void;

function checkAnswers({ id, kind, answers, next }: Given, complain: Complain): void {
  const names = Object.keys(answers ?? {});
  if (id === endOfRunbook) {
    complain({ path: ['id'], text: '“end” is where a runbook ends: call the step otherwise.' });
  }
  if (kind === 'decide' && names.length < 2) {
    complain({ path: ['kind'], text: 'A decision needs `answers`: two or more, each to a step.' });
  }
  if (kind !== 'decide' && answers !== undefined) {
    complain({ path: ['answers'], text: 'Only a step of kind decide has answers.' });
  }
  if (kind === 'decide' && next !== undefined) {
    complain({ path: ['next'], text: 'The answers of a decision say what comes next.' });
  }
}

/** Kinds of step that are nothing without something to do. */
const needDeed: readonly StepKind[] = ['act'];

function readDeed(given: Given, inputs: Runbook['inputs'], complain: Complain) {
  const parameters = given.with ?? {};
  if (given.do === undefined) {
    if (needDeed.includes(given.kind)) {
      complain({ path: ['kind'], text: `A step of kind ${given.kind} needs \`do\`.` });
    }
    if (given.with !== undefined) complain({ path: ['with'], text: '`with` needs a `do`.' });
    return undefined;
  }
  const name = actionCalled(given.do);
  if (name === undefined) {
    const known = Object.keys(stepActions).join(', ');
    complain({ path: ['do'], text: `“${given.do}” is no step action: there are ${known}.` });
    return undefined;
  }
  const action = stepActionOf(name);
  if (!action.kinds.includes(given.kind)) {
    const text = `“${name}” stands in a step of kind ${listed(action.kinds)}, not ${given.kind}.`;
    complain({ path: ['do'], text });
  }
  checkParameters(name, action, parameters, complain);
  return deedOf(name, parameters, inputs, complain);
}

function actionCalled(text: string): StepActionName | undefined {
  return Object.keys(stepActions).find((name): name is StepActionName => name === text);
}

function checkParameters(
  name: string,
  action: StepAction,
  given: Readonly<Record<string, unknown>>,
  complain: Complain,
): void {
  for (const parameter of Object.keys(given)) {
    if (Object.hasOwn(action.parameters, parameter)) continue;
    complain({
      path: ['with', parameter],
      text: `“${name}” takes no “${parameter}”: take it out.`,
    });
  }
  for (const [parameter, need] of Object.entries(action.parameters)) {
    if (need !== 'required' || Object.hasOwn(given, parameter)) continue;
    complain({ path: ['do'], text: `“${name}” needs \`with: { ${parameter}: … }\`.` });
  }
}

/** What other tools would fill in; here it would be said as it stands. */
const template = /\{\{|\$\{|<%/;

const literals: Readonly<Partial<Record<StepParameter, readonly string[]>>> = {
  severity: severities,
  phase: phases,
  role: incidentRoles,
};

function deedOf(
  action: StepActionName,
  given: Readonly<Record<string, unknown>>,
  inputs: Runbook['inputs'],
  complain: Complain,
): StepDeed {
  const where = given['where'];
  if (where !== undefined) {
    return { action, where: readCondition(where, inputs, ['with', 'where'], complain) };
  }
  if (Object.hasOwn(given, 'credential')) {
    const credential = readThing('credential', given['credential'], inputs, complain);
    return credential === undefined ? { action } : { action, credential };
  }
  if (action === 'contain.nodes') return nodesDeed(given, inputs, complain);
  if (action === 'runbook.start') return startDeed(given, inputs, complain);
  if (Object.hasOwn(given, 'user')) return userDeed(action, given, inputs, complain);
  if (Object.hasOwn(given, 'connection')) {
    const input = readThing('connection', given['connection'], inputs, complain);
    if (input === undefined) return { action };
    if (!disables(action)) return { action, connection: input };
    return { action, connection: input, where: { kind: 'input', field: 'connection', input } };
  }
  for (const parameter of ['severity', 'phase', 'role', 'text'] as const) {
    if (!Object.hasOwn(given, parameter)) continue;
    const value = readValue(parameter, given[parameter], inputs, (text) =>
      complain({ path: ['with', parameter], text }),
    );
    return value === undefined ? { action } : { action, value };
  }
  return { action };
}

/** Nodes of one workflow, which an input names. */
function nodesDeed(
  given: Readonly<Record<string, unknown>>,
  inputs: Runbook['inputs'],
  complain: Complain,
): StepDeed {
  const action = 'contain.nodes';
  const workflow = readThing('workflow', given['workflow'], inputs, complain);
  const called = readValue('nodes', given['nodes'], inputs, (text) =>
    complain({ path: ['with', 'nodes'], text }),
  );
  return workflow === undefined || called === undefined
    ? { action }
    : { action, nodes: { workflow, called } };
}

/** Somebody on the platforms, or on one of them. */
function userDeed(
  action: StepActionName,
  given: Readonly<Record<string, unknown>>,
  inputs: Runbook['inputs'],
  complain: Complain,
): StepDeed {
  const value = readValue('user', given['user'], inputs, (text) =>
    complain({ path: ['with', 'user'], text }),
  );
  const connection = Object.hasOwn(given, 'connection')
    ? readThing('connection', given['connection'], inputs, complain)
    : undefined;
  return {
    action,
    ...(value === undefined ? {} : { value }),
    ...(connection === undefined ? {} : { connection }),
  };
}

/** Only an input says which one: a name could be that of another one by the time it counts. */
function readThing(
  type: 'credential' | 'connection' | 'workflow',
  given: unknown,
  inputs: Runbook['inputs'],
  complain: Complain,
): string | undefined {
  const refuse = (text: string) => {
    complain({ path: ['with', type], text });
    return undefined;
  };
  const name = holeIn(given);
  if (name === undefined) return refuse(`“${type}” takes an input of type ${type}: \`$name\`.`);
  const input = inputs.find((one) => one.name === name);
  if (input?.type === type) return name;
  return refuse(input ? `$${name} is a ${input.type}, not a ${type}.` : unknownInput(name, inputs));
}

function readValue(
  parameter: 'severity' | 'phase' | 'role' | 'text' | 'user' | 'nodes',
  given: unknown,
  inputs: Runbook['inputs'],
  complain: (text: string) => void,
): StepValue | undefined {
  const name = holeIn(given);
  const allowed = literals[parameter];
  if (name !== undefined && allowed === undefined) {
    const input = inputs.find((one) => one.name === name);
    if (input?.type === 'text' || input?.type === 'choice') return { kind: 'input', input: name };
    complain(input ? `$${name} is a ${input.type}, not a text.` : unknownInput(name, inputs));
    return undefined;
  }
  if (typeof given !== 'string' || given.trim() === '' || given.length > 2000) {
    complain(`“${parameter}” takes a text.`);
    return undefined;
  }
  if (template.test(given)) {
    complain('Nothing fills in templates: let an input stand for the whole value, `$name`.');
    return undefined;
  }
  if (allowed && !allowed.includes(given)) {
    complain(`“${parameter}” must be one of: ${allowed.join(', ')}.`);
    return undefined;
  }
  return { kind: 'literal', value: given };
}
