import type { IncidentId } from '../domain/incident.ts';
import type { Plan } from '../domain/plan.ts';
import type { StepVisit, Walk } from '../domain/runbook-run.ts';
import type { RunbookStep } from '../domain/runbook.ts';
import { stepCalled } from '../domain/runbook.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { walkOfRun } from './runbook-of.ts';

/** Where a run stands. */
type Standing = { readonly walk: Walk; readonly at: StepVisit; readonly step: RunbookStep };

/**
 * The line that goes on with the run whose current step made this plan, once that was run, or looks
 * at it again. Undefined for a plan that no runbook waits for.
 */
export async function onwardLine(
  context: CommandContext,
  { id, incident, startedAt }: Plan,
): Promise<string | undefined> {
  if (startedAt === undefined) return undefined;
  return await lineWhere(context, incident, ({ walk, at, step }) =>
    step.kind === 'verify' ? walk.visits.some(({ plan }) => plan === id) : at.plan === id,
  );
}

/** The line that goes on with a run of the incident that is sealing evidence. */
export async function sealedLine(
  context: CommandContext,
  incident: IncidentId,
): Promise<string | undefined> {
  return await lineWhere(
    context,
    incident,
    ({ step }) => step.deed?.action === 'evidence.snapshot',
  );
}

async function lineWhere(
  context: CommandContext,
  incident: IncidentId,
  isMeant: (standing: Standing) => boolean,
): Promise<string | undefined> {
  for (const run of await context.store.runbookRuns.ofIncident(incident)) {
    if (run.state !== 'running') continue;
    const walk = await walkOfRun(context, run).catch((error: unknown) => {
      // `runbook show` says what is the matter with its text.
      if (error instanceof UserError) return undefined;
      throw error;
    });
    const at = walk?.visits.find(({ state }) => state === 'current');
    const step = walk && at && stepCalled(walk.runbook, at.step);
    if (walk && at && step && isMeant({ walk, at, step })) {
      return `runbook done run:${run.name} step:${at.position}`;
    }
  }
  return undefined;
}
