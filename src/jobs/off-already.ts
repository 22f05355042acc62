import { wasOffBefore } from '../domain/action.ts';
import type { Action } from '../domain/plan.ts';
import type { Drive } from './drive.ts';

/**
 * Since when these are known to be off, of those that were off already when they were to be switched
 * off: a platform lists what somebody switches off as off long before it lets go of it. What was seen
 * off for as long as it takes for that is left out.
 *
 * @returns by the id of the action
 */
export async function offSince(
  drive: Drive,
  actions: readonly Action[],
): Promise<ReadonlyMap<string, Date>> {
  const since = new Map<string, Date>();
  for (const action of actions.filter(wasOffBefore)) {
    const asked = action.requestedAt ?? drive.context.now();
    const seen = await seenOffAt(drive, action, asked);
    if (seen.getTime() + drive.platform.pace.settleMs > asked.getTime()) since.set(action.id, seen);
  }
  return since;
}

/** The first of the looks since which nothing has shown it on; the one before the call at the latest. */
async function seenOffAt(drive: Drive, action: Action, asked: Date): Promise<Date> {
  const target = drive.targetOf(action);
  // What was on when it was planned went off since.
  if (!target || target.active) return asked;
  const { connection, workflow } = action;
  const known = await drive.context.store.inventory.workflow({ connection, id: workflow });
  const looks = [asked, target.observedAt];
  if (known && !known.active) looks.push(known.sameSince);
  return new Date(Math.min(...looks.map((at) => at.getTime())));
}
