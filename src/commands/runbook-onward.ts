import type { Plan } from '../domain/plan.ts';
import { stepCalled } from '../domain/runbook.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { walkOfRun } from './runbook-of.ts';

/**
 * The line that goes on with the run whose current step made this plan, once that was run, or looks
 * at it again. Undefined for a plan that no runbook waits for.
 */
export async function onwardLine(
  context: CommandContext,
  { id, incident, startedAt }: Plan,
): Promise<string | undefined> {
  if (startedAt === undefined) return undefined;
  for (const run of await context.store.runbookRuns.ofIncident(incident)) {
    if (run.state !== 'running') continue;
    const walk = await walkOfRun(context, run).catch((error: unknown) => {
      // `runbook show` says what is the matter with its text.
      if (error instanceof UserError) return undefined;
      throw error;
    });
    const at = walk?.visits.find(({ state }) => state === 'current');
    if (!walk || !at) continue;
    const looks = stepCalled(walk.runbook, at.step)?.kind === 'verify';
    const made = looks ? walk.visits.some(({ plan }) => plan === id) : at.plan === id;
    if (made) return `runbook done run:${run.name} step:${at.position}`;
  }
  return undefined;
}
