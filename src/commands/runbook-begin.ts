import type { Incident } from '../domain/incident.ts';
import type { InputValues } from '../domain/runbook-input.ts';
import { inputWords } from '../domain/runbook-input.ts';
import type { RunbookChange, RunParent } from '../domain/runbook-run.ts';
import { startRunbook } from '../domain/runbook-run.ts';
import type { Runbook } from '../domain/runbook.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import { nearest } from './nearest.ts';

/** A runbook that can be started, as its file is now. */
export type FreshRunbook = {
  readonly runbook: Runbook;
  readonly content: string;
  readonly sha256: string;
};

/** The runbook of an id. @throws UserError `not_found`, with what is called alike */
export async function runbookCalled(
  { runbooks }: CommandContext,
  typed: string,
): Promise<FreshRunbook> {
  const files = await runbooks.list();
  const good = files.flatMap(({ read, content, sha256 }) =>
    read.kind === 'good' ? [{ runbook: read.runbook, content, sha256 }] : [],
  );
  const asked = typed.toLowerCase().replace(/\.md$/, '');
  const file = good.find(({ runbook }) => runbook.id === asked);
  if (file) return file;
  const ids = good.map(({ runbook }) => runbook.id);
  const broken = files.some((one) => one.read.kind === 'bad' && one.file === `${asked}.md`);
  throw new UserError(
    'not_found',
    broken
      ? `${asked}.md has mistakes, so it cannot be started.`
      : `There is no runbook “${typed}”.`,
    {
      hint: broken
        ? '`firebreak runbooks check` in a shell says what is wrong.'
        : '`runbook list` shows all.',
      candidates: nearest(asked, ids),
    },
  );
}

/**
 * What begins a run in an incident.
 *
 * @throws UserError `conflict` where the same is walked about the same already
 */
export async function beginRun(
  context: CommandContext,
  incident: Incident,
  { runbook, content, sha256 }: FreshRunbook,
  given: { readonly inputs: InputValues; readonly parent?: RunParent },
): Promise<RunbookChange> {
  await refuseSecond(context, incident, runbook.id, given.inputs);
  return startRunbook(
    { runbook, content, contentSha256: sha256, incident, id: context.newId(), ...given },
    deciderOf(context),
  );
}

/** A second press must not walk the same way twice: half of the steps would be pressed in each. */
async function refuseSecond(
  { store }: CommandContext,
  incident: Incident,
  runbook: string,
  inputs: InputValues,
): Promise<void> {
  const wanted = wordsOf(inputs);
  const runs = await store.runbookRuns.ofIncident(incident.id);
  const same = runs.find(
    (run) => run.state === 'running' && run.runbook === runbook && wordsOf(run.inputs) === wanted,
  );
  if (same === undefined) return;
  throw new UserError(
    'conflict',
    `${same.name} “${same.title}” is running about the same already.`,
    {
      hint: `\`runbook next ${same.name}\` goes on with it; \`runbook stop <why> run:${same.name}\` ends it for a new one.`,
    },
  );
}

function wordsOf(inputs: InputValues): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name} ${inputWords(value)}`)
    .toSorted()
    .join('\n');
}
