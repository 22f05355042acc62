import { z } from 'zod';

import { incidentRoles, severities } from '../domain/incident.ts';
import type { Finding, Runbook, RunbookInput, RunbookStep } from '../domain/runbook.ts';
import { endOfRunbook, inputTypes } from '../domain/runbook.ts';
import { listed } from '../domain/wording.ts';
import { lintRunbook, secretsIn } from './lint.ts';
import { readSections } from './markdown.ts';
import { nameShape } from './name-shape.ts';
import type { ReadRunbook } from './runbook.ts';
import type { ReadStep } from './step.ts';
import { readStep } from './step.ts';
import { readYaml } from './yaml.ts';

/** Longer files are refused before anything is read. */
const maxCharacters = 60_000;
/** Nobody reads longer ones, and markdown's emphasis takes quadratic time inside of one. */
const maxParagraph = 3000;
/** More steps than anybody walks. */
const maxSteps = 60;

/** Words that a line with inputs already uses for something else. */
const takenNames = ['in', 'run', 'step'];

/** What the front matter may hold. */
export const frontMatter = z.strictObject({
  id: nameShape,
  title: z.string().trim().min(1).max(120),
  version: z.int().min(1).default(1),
  for: z.array(nameShape).default([]),
  severity: z.enum(severities).optional(),
  roles: z.array(z.enum(incidentRoles)).default([]),
  tripwire: z.boolean().default(false),
  regimes: z.array(nameShape).default([]),
  attack: z
    .array(
      z
        .string()
        .regex(/^(T\d{4}(\.\d{3})?|AML\.T\d{4}(\.\d{3})?)$/, 'name a technique such as T1552.001'),
    )
    .default([]),
  csf: z
    .array(
      z
        .string()
        .regex(/^(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d{2}$/, 'name a subcategory such as RS.MI-01'),
    )
    .default([]),
  inputs: z
    .record(
      nameShape,
      z.strictObject({
        type: z.enum(inputTypes),
        ask: z.string().trim().min(1).max(200),
        choices: z.array(nameShape).min(2).optional(),
      }),
    )
    .default({}),
});

/**
 * Reads a runbook: markdown with front matter, one `##` and one step block for each step.
 *
 * All that is wrong is told at once, in the order of the file; a runbook with a finding is none.
 */
export function readRunbook(content: string, file: string): ReadRunbook {
  if (content.length > maxCharacters) {
    return bad([finding(file, 1, `A runbook has at most ${maxCharacters} characters: part it.`)]);
  }
  const long = longParagraph(content);
  if (long !== undefined) {
    const text = `This paragraph is longer than ${maxParagraph} characters: part it by a blank line.`;
    return bad([finding(file, long, text)]);
  }
  const sections = readSections(content, file);
  const found: Finding[] = [...sections.findings, ...secretsIn(content, file)];
  if (!sections.title) found.push(finding(file, 1, 'There is no title: add `# Title`.'));
  if (!sections.frontMatter) {
    const text = 'There is no front matter: begin with `---`, `id:` and `title:`, `---`.';
    return bad([...found, finding(file, 1, text)]);
  }
  const front = readYaml(sections.frontMatter, frontMatter);
  found.push(...front.findings);
  const inputs = Object.entries(front.value?.inputs ?? {}).map(([name, input]) => ({
    name,
    type: input.type,
    ask: input.ask,
    choices: input.choices ?? [],
  }));
  found.push(
    ...inputs.flatMap((input) =>
      checkInput(input).map((text) => ({ file, ...front.at(['inputs', input.name]), text })),
    ),
  );
  const read = sections.steps.map((section) => readStep(section, file, inputs));
  found.push(...read.flatMap((one) => one.findings), ...checkSteps(read, file));
  if (front.value === undefined || found.length > 0) return bad(found);
  const { severity, ...rest } = front.value;
  const runbook: Runbook = {
    ...rest,
    ...(severity === undefined ? {} : { severity }),
    inputs,
    prose: sections.title?.prose ?? [],
    steps: read.flatMap(({ step }) => (step ? [step] : [])),
  };
  const findings = lintRunbook(runbook, file);
  return findings.length > 0 ? bad(findings) : { kind: 'good', runbook };
}

function checkInput({ name, type, choices }: RunbookInput): readonly string[] {
  return [
    ...(takenNames.includes(name)
      ? [`“${name}” already means something in a line: call the input otherwise.`]
      : []),
    ...(type === 'choice' && choices.length === 0
      ? ['A choice needs `choices: [one, other]`.']
      : []),
    ...(type !== 'choice' && choices.length > 0
      ? [`A ${type} has no choices: take them out.`]
      : []),
  ];
}

/** Ids that are there once, and every step that is named. */
function checkSteps(read: readonly ReadStep[], file: string): readonly Finding[] {
  if (read.length === 0) return [finding(file, 1, 'There is no step: add `## What to do first`.')];
  if (read.length > maxSteps) return [finding(file, 1, `A runbook has at most ${maxSteps} steps.`)];
  const steps = read.flatMap(({ step }) => (step ? [step] : []));
  const ids = steps.map(({ id }) => id);
  // While a step is broken its id is not known, and whoever names it would be blamed for that.
  const whole = steps.length === read.length;
  return read.flatMap(({ step, at }, index) => {
    if (!step) return [];
    const wrong = (path: readonly PropertyKey[], text: string) => ({ file, ...at(path), text });
    const known = (id: string) => !whole || id === endOfRunbook || ids.includes(id);
    return [
      ...(read.findIndex((one) => one.step?.id === step.id) < index
        ? [wrong(['id'], `“${step.id}” is the id of two steps: each has its own.`)]
        : []),
      ...(step.next === undefined || known(step.next)
        ? []
        : [wrong(['next'], `There is no step “${step.next}”: there are ${listed(ids, 20)}.`)]),
      ...step.answers
        .filter(({ to }) => !known(to))
        .map(({ name, to }) =>
          wrong(['answers', name], `There is no step “${to}”: there are ${listed(ids, 20)}.`),
        ),
      ...(whole ? checkWhen(step, steps).map((text) => wrong(['when'], text)) : []),
    ];
  });
}

function checkWhen(step: RunbookStep, steps: readonly RunbookStep[]): readonly string[] {
  return Object.entries(step.when).flatMap(([id, answer]) => {
    const decision = steps.find((one) => one.id === id);
    if (decision?.kind !== 'decide') return [`“${id}” is no decision of this runbook.`];
    const names = decision.answers.map(({ name }) => name);
    if (names.includes(answer)) return [];
    return [`“${id}” is never answered “${answer}”: its answers are ${listed(names)}.`];
  });
}

/** The line on which the first paragraph begins that is too long. */
function longParagraph(content: string): number | undefined {
  let from = 1;
  let length = 0;
  for (const [index, line] of content.split(/\r?\n|\r/).entries()) {
    if (length === 0) from = index + 1;
    length = line.trim() === '' ? 0 : length + line.length + 1;
    if (length > maxParagraph) return from;
  }
  return undefined;
}

function bad(findings: readonly Finding[]): ReadRunbook {
  return {
    kind: 'bad',
    findings: findings.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

function finding(file: string, line: number, text: string): Finding {
  return { file, line, column: 1, text };
}
