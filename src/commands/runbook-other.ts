import type { Incident } from '../domain/incident.ts';
import type { InputValues } from '../domain/runbook-input.ts';
import { inputWords } from '../domain/runbook-input.ts';
import type { RunbookRun, Walk } from '../domain/runbook-run.ts';
import { currentOf } from '../domain/runbook-run.ts';
import type { OtherRunbook, Runbook } from '../domain/runbook.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { beginRun, runbookCalled } from './runbook-begin.ts';
import type { Carried, Here } from './runbook-carried.ts';

/** So many runs may have started one another, the last of them included. */
const deepest = 4;

/** Starts the runbook that a step names, and hands on what it asks for. */
export async function startOther(
  context: CommandContext,
  { walk, incident, deed }: Here,
): Promise<Carried> {
  const other = deed.runbook;
  if (other === undefined) throw new Error('A step that starts a runbook names it.');
  const before = await startedHere(context, walk);
  if (before?.state === 'running') {
    throw new UserError('conflict', `This step has started ${before.name} already.`, {
      hint: `\`runbook next ${before.name}\` goes on with it.`,
    });
  }
  await refuseDeeper(context, walk, other);
  const file = await runbookCalled(context, other.id);
  const { run } = walk;
  const change = await beginRun(context, incident, file, {
    inputs: handedOn(walk, file.runbook, other),
    parent: { run: run.id, position: currentOf(walk).visit.position },
  });
  return {
    change,
    text: `started the runbook “${file.runbook.title}”`,
    ends: !other.waits,
    blocks: [],
  };
}

/** What a press would start, in words. */
export function otherWords({ run }: Walk, { id, inputs, waits }: OtherRunbook): string {
  const about = Object.entries(inputs).map(
    ([name, ours]) => `${name} ${inputWords(run.inputs[ours])}`,
  );
  const end = waits ? '; this step is done when that is at its end' : '';
  return `${id}${about.length === 0 ? '' : ` about ${about.join(', ')}`}${end}`;
}

/** The run that the current step has started last; undefined before it has. */
export async function startedHere(
  { store }: CommandContext,
  walk: Walk,
): Promise<RunbookRun | undefined> {
  const { run } = walk;
  const { position } = currentOf(walk).visit;
  const runs = await store.runbookRuns.ofIncident(run.incident);
  // The newest comes first.
  return runs.find(({ parent }) => parent?.run === run.id && parent.position === position);
}

/** What is missing before a step that starts another runbook is done. */
export async function notWalked(
  context: CommandContext,
  walk: Walk,
  other: OtherRunbook | undefined,
): Promise<string | undefined> {
  const started = await startedHere(context, walk);
  if (started === undefined) return `${other?.id ?? 'the runbook'} was not started`;
  if (other?.waits === false || started.state === 'finished') return undefined;
  return started.state === 'running'
    ? `${started.name} “${started.title}” is not at its end; \`runbook next ${started.name}\` goes on with it`
    : `${started.name} “${started.title}” was stopped before its end`;
}

/** Where a run comes from, and the line that goes on there. */
export type Origin = {
  readonly run: RunbookRun;
  readonly position: number;
  readonly onward: string;
};

/** The run whose step has started this one; undefined for a run that a person has started. */
export async function originOf(
  { store }: CommandContext,
  { run }: Walk,
  incident: Incident,
): Promise<Origin | undefined> {
  if (run.parent === undefined) return undefined;
  const { parent } = run;
  const runs = await store.runbookRuns.ofIncident(incident.id);
  const from = runs.find(({ id }) => id === parent.run);
  if (from === undefined) return undefined;
  const visits = await store.runbookRuns.visits(from.id);
  const waits = visits.some(
    ({ position, state }) => position === parent.position && state === 'current',
  );
  const onward =
    waits && from.state === 'running' && run.state === 'finished'
      ? `runbook done run:${from.name} step:${parent.position}`
      : `runbook next ${from.name}`;
  return { run: from, position: parent.position, onward };
}

/** What a card says of where its run comes from. */
export function originFields(origin: Origin | undefined): readonly (readonly [string, string])[] {
  return origin
    ? [['from', `${origin.run.name} ${origin.run.title}, step ${origin.position}`]]
    : [];
}

/** `R-2 Account takeover, running` */
export function runWords({ name, title, state }: RunbookRun): string {
  return `${name} ${title}, ${state}`;
}

/** The runs that this one has started and that are not over. */
export async function stillRunning(
  { store }: CommandContext,
  { run }: Walk,
): Promise<readonly RunbookRun[]> {
  const runs = await store.runbookRuns.ofIncident(run.incident);
  return runs.filter(({ parent, state }) => parent?.run === run.id && state === 'running');
}

async function refuseDeeper({ store }: CommandContext, { run }: Walk, other: OtherRunbook) {
  const runs = await store.runbookRuns.ofIncident(run.incident);
  let depth = 1;
  let above: RunbookRun | undefined = run;
  while (above) {
    depth += 1;
    const { parent }: RunbookRun = above;
    above = runs.find(({ id }) => id === parent?.run);
  }
  if (depth <= deepest) return;
  throw new UserError(
    'conflict',
    `${run.name} was started by a run that was started by others: no more than ${deepest} may follow one another.`,
    {
      hint: `Start it on its own: \`runbook start ${other.id} …\`; then \`runbook skip <why> run:${run.name}\`.`,
    },
  );
}

/** @throws UserError `bad_input` where the other runbook was changed and asks for something else */
function handedOn({ run }: Walk, theirs: Runbook, { id, inputs }: OtherRunbook): InputValues {
  const values = theirs.inputs.map(({ name, type, choices }) => {
    const value = run.inputs[inputs[name] ?? ''];
    const isKnown = value?.type !== 'choice' || choices.includes(value.value);
    if (value?.type === type && isKnown) return [name, value] as const;
    throw new UserError(
      'bad_input',
      `“${id}” asks for ${name}, a ${type}, which ${run.name} does not hand on.`,
      {
        hint: `Start it on its own: \`runbook start ${id} ${theirs.inputs.map((one) => `${one.name}:…`).join(' ')}\`.`,
      },
    );
  });
  return Object.fromEntries(values);
}
