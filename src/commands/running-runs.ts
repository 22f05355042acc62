import type { Incident } from '../domain/incident.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Block } from '../domain/reply.ts';
import { stepOwner } from '../domain/runbook-assign.ts';
import type { RunbookRun } from '../domain/runbook-run.ts';
import { stepCalled } from '../domain/runbook.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import type { Names } from './deciding.ts';
import { timeLeft } from './runbook-due.ts';
import { walkOfRun } from './runbook-of.ts';

/** The runs of an incident that are not over: at which step, whose it is, and until when. */
export async function runningRuns(
  context: CommandContext,
  incident: Incident,
  names: Names,
): Promise<{ readonly blocks: readonly Block[]; readonly data: readonly JsonObject[] }> {
  const runs = (await context.store.runbookRuns.ofIncident(incident.id)).filter(
    ({ state }) => state === 'running',
  );
  if (runs.length === 0) return { blocks: [], data: [] };
  const standing = await Promise.all(
    runs.map(async (run) => ({ run, ...(await stepOf(context, incident, run, names)) })),
  );
  return {
    blocks: [
      {
        kind: 'table',
        columns: ['run', 'step', 'waits for', 'time'],
        rows: standing.map(({ run, step, owner, dueAt }) => [
          `${run.name} ${run.title}`,
          step,
          owner,
          dueAt === undefined ? '' : timeLeft(dueAt, context.now()),
        ]),
      },
    ],
    data: standing.map(({ run, step, owner, dueAt }) => ({
      name: run.name,
      runbook: run.runbook,
      step,
      waitsFor: owner,
      dueAt: dueAt?.toISOString() ?? null,
    })),
  };
}

type Standing = { readonly step: string; readonly owner: string; readonly dueAt?: Date };

async function stepOf(
  context: CommandContext,
  incident: Incident,
  run: RunbookRun,
  names: Names,
): Promise<Standing> {
  const walk = await walkOfRun(context, run).catch((error: unknown) => {
    // `runbook show` says what is the matter with its text.
    if (error instanceof UserError) return undefined;
    throw error;
  });
  const visit = walk?.visits.find(({ state }) => state === 'current');
  const step = walk && visit && stepCalled(walk.runbook, visit.step);
  if (!visit || !step) return { step: 'cannot be read', owner: 'nobody' };
  const owner = stepOwner(incident, step, visit);
  const { position, dueAt } = visit;
  return {
    step: `${position} ${step.heading}`,
    owner: owner === undefined ? (step.owner ?? 'anybody') : names(owner),
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}
