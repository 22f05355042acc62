import type { Finding, Runbook } from '../../domain/runbook.ts';
import { readRunbook } from '../parse.ts';
import { complaints } from '../yaml.ts';
import type { Draft } from './draft.ts';
import { runbookText } from './draft.ts';
import { draftOfFlow } from './flow.ts';
import { troubleIn } from './foreign.ts';
import type { Hash } from './ids.ts';
import { draftOfOurs, isOurs } from './ours.ts';
import type { JsonPlaces } from './places.ts';
import { placesIn } from './places.ts';
import type { Playbook } from './playbook.ts';
import { leadsOf, playbook as playbookShape } from './playbook.ts';

/** Longer files are refused before anything is read. */
export const maxPlaybookBytes = 1_000_000;
/** More steps than any playbook that people follow. */
const maxWorkflow = 500;

/** A playbook as a runbook: the text of its file when nothing is wrong, else what is. */
export type ImportedPlaybook =
  | {
      readonly kind: 'good';
      readonly runbook: Runbook;
      readonly text: string;
      /** What was left out or read otherwise than it may look. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'bad'; readonly findings: readonly Finding[] };

/**
 * Reads a CACAO 2.0 playbook from anybody and makes a runbook in which everything is a manual step or
 * a decision: a command is shown as text, and nothing of the file is ever run.
 */
export function importPlaybook(text: string, file: string, hash: Hash): ImportedPlaybook {
  if (Buffer.byteLength(text) > maxPlaybookBytes) {
    return bad(file, [[{ line: 1, column: 1 }, 'A playbook has at most 1 MB: part it.']]);
  }
  const places = placesIn(text);
  if (places.trouble.length > 0) {
    return bad(
      file,
      places.trouble.map((one) => [places.atOffset(one.offset), one.text]),
    );
  }
  const value = parsed(text, places);
  if (!value.good) return bad(file, [[value.at, value.text]]);
  const found: Wrong[] = [];
  const complain = (path: readonly PropertyKey[], said: string) =>
    found.push([places.at(path), `${path.map(String).join('.')}: ${said}`]);
  checkTexts(value.value, complain);
  const read = playbookShape.safeParse(value.value);
  if (!read.success) {
    for (const issue of read.error.issues) {
      for (const one of complaints(issue)) found.push([places.at(one.path), one.text]);
    }
    return bad(file, found);
  }
  checkFlow(read.data, complain);
  if (found.length > 0) return bad(file, found);
  const ours = draftOfOurs(read.data, hash, complain);
  const draft = ours ?? draftOfFlow(read.data, complain);
  if (found.length > 0) return bad(file, found);
  return finished(draft, file, places, warningsOf(read.data, isOurs(read.data, hash) && !ours));
}

type Wrong = readonly [Pick<Finding, 'line' | 'column'>, string];
type Complain = (path: readonly PropertyKey[], text: string) => void;

function bad(file: string, found: readonly Wrong[]): ImportedPlaybook {
  const findings = found.map(([place, text]) => ({ file, ...place, text }));
  return {
    kind: 'bad',
    findings: findings.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

function parsed(text: string, places: JsonPlaces) {
  try {
    const value: unknown = JSON.parse(text);
    return { good: true as const, value };
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    const offset = Number(/position (\d+)/.exec(said)?.[1] ?? text.length);
    return {
      good: false as const,
      at: places.atOffset(offset),
      text: 'Here it is no JSON any more.',
    };
  }
}

/** Every text of the file, also those that nothing is made of. */
function checkTexts(value: unknown, complain: Complain): void {
  const open: { readonly value: unknown; readonly path: readonly string[] }[] = [
    { value, path: [] },
  ];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { path } = one;
    if (typeof one.value === 'string') {
      const trouble = troubleIn(one.value);
      if (trouble !== undefined) complain(path, trouble);
    } else if (typeof one.value === 'object' && one.value !== null) {
      for (const [key, inner] of Object.entries(one.value)) {
        if (troubleIn(key) === undefined) open.push({ value: inner, path: [...path, key] });
        else complain(path, 'A key holds what no key may: take it out.');
      }
    }
  }
}

/** Every step that is named is there, and every one that is there is reached. */
function checkFlow(playbook: Playbook, complain: Complain): void {
  const { workflow, workflow_start: start, workflow_exception: exception } = playbook;
  const ids = Object.keys(workflow);
  if (ids.length > maxWorkflow) {
    complain(['workflow'], `A playbook has at most ${maxWorkflow} steps: part it.`);
    return;
  }
  const known = (id: string) => Object.hasOwn(workflow, id);
  if (!known(start)) complain(['workflow_start'], 'There is no such step in the workflow.');
  if (exception !== undefined && !known(exception)) {
    complain(['workflow_exception'], 'There is no such step in the workflow.');
  }
  for (const [id, step] of Object.entries(workflow)) {
    for (const { path, to } of leadsOf(step)) {
      const at = ['workflow', id, ...path];
      if (!known(to)) complain(at, 'There is no such step in the workflow.');
      else if (workflow[to]?.type === 'start') complain(at, 'Nothing leads back to a start step.');
    }
  }
  const reached = new Set<string>();
  const open = exception === undefined ? [start] : [start, exception];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = workflow[id];
    if (!step || reached.has(id)) continue;
    reached.add(id);
    open.push(...leadsOf(step).map(({ to }) => to));
  }
  for (const id of ids) {
    if (!reached.has(id)) complain(['workflow', id], 'Nothing leads to this step.');
  }
}

function warningsOf(playbook: Playbook, changed: boolean): readonly string[] {
  return [
    ...(changed
      ? ['It was changed since Firebreak exported it: its steps were read from its workflow.']
      : []),
    ...(playbook.authentication_info_definitions
      ? ['What it holds for signing in to other systems was left out.']
      : []),
    ...(playbook.workflow_exception === undefined
      ? []
      : ['The way that it goes when something fails was left out: add it by hand.']),
    ...(playbook.signatures ? ['Its signatures were not checked.'] : []),
  ];
}

/** Reads the text as any runbook; what is wrong with that is told by the step it was made of. */
function finished(
  draft: Draft,
  file: string,
  places: JsonPlaces,
  warnings: readonly string[],
): ImportedPlaybook {
  const { text, lines } = runbookText(draft);
  const read = readRunbook(text, file);
  if (read.kind === 'bad') {
    return bad(
      file,
      read.findings.map((finding) => {
        const index = lines.findLastIndex((line) => line <= finding.line);
        const path = draft.steps[index]?.path ?? [];
        return [places.at(path), `${path.join('.') || 'playbook'}: ${finding.text}`];
      }),
    );
  }
  const ids = read.runbook.steps.map(({ id }) => id).join(' ');
  const inert = read.runbook.steps.every(({ deed }) => deed === undefined);
  if (!inert || ids !== draft.steps.map(({ id }) => id).join(' ')) {
    throw new Error('An imported runbook holds other steps than were drafted.');
  }
  return { kind: 'good', runbook: read.runbook, text, warnings };
}
