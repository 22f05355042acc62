import { stepOwner } from '../domain/runbook-assign.ts';
import { remind, remindedNow } from '../domain/runbook-overdue.ts';
import type { RunbookRun } from '../domain/runbook-run.ts';
import { stepCalled } from '../domain/runbook.ts';
import { StaleError, UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { namesOf } from './deciding.ts';
import { walkOfRun } from './runbook-of.ts';

type Context = Pick<CommandContext, 'store' | 'runbooks' | 'recorder' | 'now' | 'newId'>;

/**
 * Reminds of every step that is over its time: once whose it is, later once the commander. What was
 * said stands in the store, so that neither a restart nor a second process says it again.
 */
export async function remindOverdue(context: Context): Promise<void> {
  for (const run of await context.store.runbookRuns.overdue(context.now())) {
    try {
      await remindOf(context, run);
    } catch (error) {
      // Another process has just reminded of it, or somebody ended the step.
      if (!(error instanceof StaleError)) throw error;
    }
  }
}

async function remindOf(context: Context, run: RunbookRun): Promise<void> {
  const { store, newId } = context;
  const now = context.now();
  const incident = await store.incidents.forFirebreak(run.incident);
  const visits = await store.runbookRuns.visits(run.id);
  const visit = visits.find(({ state }) => state === 'current');
  const whom = visit && remindedNow(visit, now);
  if (!incident || !visit || !whom) return;
  const walk = await walkOfRun(context, run).catch((error: unknown) => {
    // Its text cannot be read any more; that it is late holds all the same.
    if (error instanceof UserError) return undefined;
    throw error;
  });
  const step = walk && stepCalled(walk.runbook, visit.step);
  const owner = step ? stepOwner(incident, step, visit) : (visit.assigned ?? visit.owner);
  const what = {
    run,
    visit,
    heading: step?.heading ?? visit.step,
    ...(owner === undefined ? {} : { owner }),
    incident,
    whom,
  };
  await store.save(remind(what, { now, newId, names: await namesOf(context) }));
}
