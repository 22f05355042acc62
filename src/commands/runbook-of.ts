import { z } from 'zod';

import type { Incident } from '../domain/incident.ts';
import type { Block } from '../domain/reply.ts';
import { inputWords } from '../domain/runbook-input.ts';
import type { MadePlan } from '../domain/runbook-proof.ts';
import type { RunbookRun, Walk } from '../domain/runbook-run.ts';
import { StaleError, UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';

/** `R-3`, `r-3` or `3`. */
export const runInput = z
  .string()
  .max(20)
  .regex(/^(?:r-?)?\d+$/i);

/** The same as a word of its own, said with the name that it has as an option elsewhere, too. */
export const runWord = z.preprocess(
  (said) => (typeof said === 'string' ? said.replace(/^run:/i, '') : said),
  runInput,
);

/** The options of every command that is about a run: spread them into `options`. */
export const runOptions = { ...incidentOption, run: 'Which run, e.g. R-1' } as const;

/** Their part of the input schema. */
export const runInputs = { ...incidentInput, run: runInput.exactOptional() } as const;

/** The options of a press: a button names its step, so that two presses on it act once. */
export const pressOptions = {
  ...runOptions,
  step: 'Only if the run is at this step, e.g. 3',
} as const;

/** Their part of the input schema. */
export const pressInputs = {
  ...runInputs,
  step: z.coerce.number().int().min(1).exactOptional(),
} as const;

/** The run a line is about, as far as it has come. */
export type ChosenWalk = {
  readonly walk: Walk;
  readonly incident: Incident;
  readonly note: readonly Block[];
};

/**
 * Which run: the one named, else the only running one of the incident; when `over` is allowed, else
 * its newest.
 *
 * A run of an incident that the caller may not see does not exist.
 *
 * @throws UserError `not_found`, or `ambiguous` with the runs to pick from
 */
export async function walkOf(
  context: CommandContext,
  given: { readonly run?: string | undefined; readonly in?: string | undefined },
  over: 'running' | 'any',
): Promise<ChosenWalk> {
  if (given.run !== undefined) {
    const { run, incident } = await namedRun(context, given.run, given.in);
    return { walk: await walkOfRun(context, run), incident, note: [] };
  }
  const { incident, note } = await incidentOf(context, given.in);
  const runs = await context.store.runbookRuns.ofIncident(incident.id);
  const running = runs.filter(({ state }) => state === 'running');
  const [only, ...others] = running.length === 0 && over === 'any' ? runs.slice(0, 1) : running;
  if (only === undefined) {
    throw new UserError('not_found', `No runbook is running in ${incident.name}.`, {
      hint: '`runbook list` shows what can be started.',
    });
  }
  if (others.length > 0) {
    throw new UserError('ambiguous', `Several runbooks are running in ${incident.name}.`, {
      hint: `e.g. add \`run:${only.name}\``,
      candidates: running.map((run) => `run:${run.name} ${run.title}${aboutWords(run)}`),
    });
  }
  return { walk: await walkOfRun(context, only), incident, note };
}

/** What tells two runs of one runbook apart. */
function aboutWords({ inputs }: RunbookRun): string {
  const values = Object.entries(inputs).map(([name, value]) => `${name} ${inputWords(value)}`);
  return values.length === 0 ? '' : `, about ${values.join(', ')}`;
}

async function namedRun(
  { store, caller }: CommandContext,
  name: string,
  incidentName: string | undefined,
): Promise<{ readonly run: RunbookRun; readonly incident: Incident }> {
  const viewer = caller.person.id;
  const digits = name.replaceAll(/\D/g, '');
  const run = await store.runbookRuns.byName(digits, viewer);
  const incident = run && (await store.incidents.byId(run.incident, viewer));
  if (!run || !incident) {
    throw new UserError('not_found', `There is no run “${name}” that you can see.`, {
      hint: '`runbook show` shows the one that is running.',
    });
  }
  if (incidentName === undefined) return { run, incident };
  const named = await store.incidents.byName(incidentName, viewer);
  if (named?.id === incident.id) return { run, incident };
  throw new UserError('conflict', `${run.name} belongs to ${incident.name}.`, {
    hint: `Leave out \`in:\`, or say \`in:${incident.name}\`.`,
  });
}

/**
 * A run as far as it has come. Goes by the text that the run has pinned, never by the file.
 *
 * @throws UserError `conflict` when that text cannot be read any more
 */
export async function walkOfRun(
  { store, runbooks, recorder }: Pick<CommandContext, 'store' | 'runbooks' | 'recorder'>,
  run: RunbookRun,
): Promise<Walk> {
  const read = runbooks.read(run.content, `${run.runbook}.md`);
  if (recorder.sha256(run.content) !== run.contentSha256 || read.kind === 'bad') {
    throw new UserError(
      'conflict',
      `The text of ${run.name} is not what it was started with, or this version cannot read it.`,
      { hint: `Start the runbook again: \`runbook start ${run.runbook}\`.` },
    );
  }
  return { run, runbook: read.runbook, visits: await store.runbookRuns.visits(run.id) };
}

/** The plans that a run has made, oldest first. */
export async function plansOf(
  { store }: CommandContext,
  { visits }: Walk,
): Promise<readonly MadePlan[]> {
  const ids = visits.flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
  const made = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      const plan = await store.plans.byId(id);
      return plan ? [{ plan, actions: await store.plans.actions(id) }] : [];
    }),
  );
  return made.flat();
}

/** Says so when a person lost a race for the same step, in the words of runbooks. */
export async function pressed<T>(run: RunbookRun, save: () => Promise<T>): Promise<T> {
  try {
    return await save();
  } catch (error) {
    if (!(error instanceof StaleError)) throw error;
    throw new UserError('conflict', `Somebody else has just pressed something in ${run.name}.`, {
      hint: `Look where it stands: \`runbook next ${run.name}\`.`,
    });
  }
}
