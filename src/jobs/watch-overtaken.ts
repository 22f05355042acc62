import type { Action } from '../domain/plan.ts';
import { isFinal } from '../domain/verification.ts';
import type { Return } from '../domain/watch.ts';
import type { NewJob, Store } from '../store/store.ts';

/**
 * Stores what the watch found, and wakes plans that wait for a later hour for the sake of what has
 * come back already: they settle what hung on it, and end where nothing else is left.
 */
export async function saveOvertaken(store: Store, told: Return, now: Date): Promise<void> {
  const plans = new Set(told.actions.filter(isFinal).map(({ plan }) => plan));
  const jobs: NewJob[] = [];
  for (const plan of plans) {
    if (isAsleep(await store.plans.actions(plan), now)) {
      const id = `contain:${plan}:watched:${now.toISOString()}`;
      jobs.push({ kind: 'contain', id, data: { plan } });
    }
  }
  await store.save({ ...told, jobs });
}

/** What is left of it waits for a later hour. A plan at work sees for itself what has come back. */
function isAsleep(actions: readonly Action[], now: Date): boolean {
  const left = actions.filter((action) => !isFinal(action));
  return (
    left.length > 0 && left.every(({ notBefore }) => notBefore !== undefined && notBefore > now)
  );
}
