import type { Plan } from '../domain/plan.ts';
import type { CommandContext } from './command.ts';

/**
 * The line that goes on with the run whose current step made this plan, once that was run.
 * Undefined for a plan that no runbook waits for.
 */
export async function onwardLine(
  { store }: CommandContext,
  { id, incident, startedAt }: Plan,
): Promise<string | undefined> {
  if (startedAt === undefined) return undefined;
  for (const run of await store.runbookRuns.ofIncident(incident)) {
    if (run.state !== 'running') continue;
    const visits = await store.runbookRuns.visits(run.id);
    const at = visits.find(({ state, plan }) => state === 'current' && plan === id);
    if (at) return `runbook done run:${run.name} step:${at.position}`;
  }
  return undefined;
}
