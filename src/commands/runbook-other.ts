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
import { readInputs } from './runbook-inputs.ts';

/** So many runs may have started one another, the last of them included. */
const deepest = 4;

/**
 * Starts the runbook that a step names, and hands on what it asks for.
 *
 * @param typed `name:value …` for what is not handed on
 */
export async function startOther(
  context: CommandContext,
  { walk, incident, deed }: Here,
  typed: string,
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
    inputs: await inputsFor(context, walk, other, { theirs: file.runbook, typed }),
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

/**
 * What the other run is about: handed on, and of whom presses what nobody here could know.
 *
 * @throws UserError `bad_input` with a line that would do where something is missing
 */
async function inputsFor(
  context: CommandContext,
  walk: Walk,
  other: OtherRunbook,
  { theirs, typed }: { readonly theirs: Runbook; readonly typed: string },
): Promise<InputValues> {
  const handed: InputValues = Object.fromEntries(
    theirs.inputs.flatMap(({ name, type, choices }) => {
      const value = walk.run.inputs[other.inputs[name] ?? ''];
      const isKnown = value?.type !== 'choice' || choices.includes(value.value);
      return value?.type === type && isKnown ? [[name, value] as const] : [];
    }),
  );
  const asked = theirs.inputs.filter(({ name }) => !Object.hasOwn(handed, name));
  if (asked.length > 0 && typed === '') {
    throw new UserError(
      'bad_input',
      `${other.id} asks: ${asked.map(({ name, ask }) => `${name}: ${ask}`).join(' ')}`,
      { hint: `Say it in the line that starts it: \`${doLine(walk, asked)}\`.` },
    );
  }
  return { ...handed, ...(await readInputs(context, { ...theirs, inputs: asked }, typed)) };
}

/** The line that starts what a step names, with a gap for what nobody here could know. */
export async function startOtherLine(
  context: CommandContext,
  walk: Walk,
  other: OtherRunbook,
): Promise<string> {
  const files = await context.runbooks.list();
  const theirs = files.find(({ read }) => read.kind === 'good' && read.runbook.id === other.id);
  const inputs = theirs?.read.kind === 'good' ? theirs.read.runbook.inputs : [];
  return doLine(
    walk,
    inputs.filter(({ name }) => !Object.hasOwn(other.inputs, name)),
  );
}

function doLine(walk: Walk, asked: Runbook['inputs']): string {
  const { position } = currentOf(walk).visit;
  const gaps = asked.map(({ name }) => `${name}:…`);
  return ['runbook do', ...gaps, `run:${walk.run.name} step:${position}`].join(' ');
}
