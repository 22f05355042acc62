import type { Finding, OtherRunbook, Runbook, RunbookStep } from '../domain/runbook.ts';
import { stepAfter } from '../domain/runbook.ts';
import { listed } from '../domain/wording.ts';
import type { RunbookFile } from './runbook.ts';

type Read = { readonly file: string; readonly runbook: Runbook };

/**
 * What is wrong between runbooks that start one another: one that is not there, inputs that it does
 * not take, and rounds on which nobody is asked anything. An input that it is not handed is asked
 * for when the step is pressed.
 */
export function lintOthers(files: readonly RunbookFile[]): readonly Finding[] {
  const reads = files.flatMap(({ file, read }) =>
    read.kind === 'good' ? [{ file, runbook: read.runbook }] : [],
  );
  // Of a broken runbook the id is not known; who starts it is not to blame for that.
  const broken = files.flatMap(({ file, read }) =>
    read.kind === 'bad' ? [file.replace(/\.md$/, '')] : [],
  );
  const byId = new Map(reads.map(({ runbook }) => [runbook.id, runbook]));
  return reads.flatMap(({ file, runbook }) =>
    startsIn(runbook).flatMap(({ step, other }) => {
      const started = byId.get(other.id);
      const texts = started
        ? [...handedOn(runbook, started, other), ...roundFrom(runbook, step, byId)]
        : broken.includes(other.id)
          ? []
          : [
              `starts “${other.id}”, but there is no such runbook: there are ${listed([...byId.keys()], 20)}.`,
            ];
      return texts.map((text) => blame({ file, runbook }, step, text));
    }),
  );
}

function blame({ file }: Read, { line, heading }: RunbookStep, text: string): Finding {
  return { file, line, column: 1, text: `“${heading}” ${text}` };
}

function startsIn({ steps }: Runbook) {
  return steps.flatMap((step) =>
    step.deed?.runbook === undefined ? [] : [{ step, other: step.deed.runbook }],
  );
}

function handedOn(ours: Runbook, theirs: Runbook, other: OtherRunbook): readonly string[] {
  const takes = theirs.inputs.map(({ name }) => name);
  return Object.entries(other.inputs).flatMap(([name, from]) => {
    const wanted = theirs.inputs.find((one) => one.name === name);
    const input = ours.inputs.find((one) => one.name === from);
    if (!wanted) {
      const only = takes.length === 0 ? 'none' : listed(takes);
      return [`hands “${name}” on to “${theirs.id}”, which takes ${only}: take it out.`];
    }
    if (!input || input.type === wanted.type) {
      const unknown = input?.choices.filter((one) => !wanted.choices.includes(one)) ?? [];
      if (unknown.length === 0) return [];
      return [`hands $${from} on to “${theirs.id}”, which does not know ${listed(unknown)}.`];
    }
    return [`hands the ${input.type} $${from} on as “${name}”, which is a ${wanted.type}.`];
  });
}

/** A round that begins with this step and comes back to its runbook, with nobody asked on it. */
function roundFrom(
  runbook: Runbook,
  step: RunbookStep,
  byId: ReadonlyMap<string, Runbook>,
): readonly string[] {
  const begins = unasked(runbook).find((one) => one === step)?.deed?.runbook?.id;
  if (begins === undefined) return [];
  const open = [[begins]];
  const seen = new Set<string>();
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const last = path.at(-1) ?? '';
    if (last === runbook.id) {
      const round = path.length === 1 ? 'itself' : `${path.join(', which starts ')} again`;
      return [`starts ${round}, and nobody is asked on the way: put a decision before it.`];
    }
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of unasked(byId.get(last))) {
      if (next.deed?.runbook) open.push([...path, next.deed.runbook.id]);
    }
  }
  return [];
}

/** The steps that are come to before anything is decided. */
function unasked(runbook: Runbook | undefined): readonly RunbookStep[] {
  const steps: RunbookStep[] = [];
  if (!runbook) return steps;
  let step = runbook.steps.find(({ when }) => Object.keys(when).length === 0);
  while (step && step.kind !== 'decide' && !steps.includes(step)) {
    steps.push(step);
    step = stepAfter(runbook, step, {});
  }
  return steps;
}
