import type { Incident } from '../domain/incident.ts';
import type { LooseEnds } from '../domain/lifecycle.ts';
import { lockoutWords } from '../domain/lockout.ts';
import { waitsForReview } from '../domain/overriding.ts';
import { isUnfinished, progressOf, stateWords, wasRun } from '../domain/plan-progress.ts';
import type { RunPlan } from '../domain/settled-later.ts';
import { openEnds } from '../domain/settled-later.ts';
import type { CommandContext } from './command.ts';

/** What still hangs on an incident: unfinished plans, and targets that were never verified. */
export async function looseEndsOf(
  { store, now }: CommandContext,
  incident: Incident,
): Promise<LooseEnds> {
  const plans = await store.plans.ofIncident(incident.id);
  const run: RunPlan[] = [];
  for (const plan of plans.filter(wasRun)) {
    run.push({ plan, progress: progressOf(await store.plans.actions(plan.id)) });
  }
  const unverified = openEnds(run).map(
    ({ plan, target }) => `${plan} ${target.ref} ${stateWords(target)}`,
  );
  const lockouts = await store.lockouts.ofIncident(incident.id);
  unverified.push(
    ...lockouts
      .filter(({ confirmedByHand }) => !confirmedByHand)
      .map((one) => `${one.ref} ${lockoutWords(one)}`),
  );
  return {
    unfinished: plans.filter((plan) => isUnfinished(plan, now())).map(({ name }) => name),
    unverified,
    unreviewed: plans.filter(waitsForReview).map(({ name }) => name),
  };
}
