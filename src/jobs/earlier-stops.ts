import { stopOf } from '../domain/action.ts';
import type { Action } from '../domain/plan.ts';
import type { EarlierStop } from '../platforms/platform.ts';
import type { Drive } from './drive.ts';

/** Further back no platform is asked what was stopped, in ms: see `mayGoOnMs` of n8n. */
const backMs = 2 * 60 * 60_000;

/**
 * By workflow, what stops of other plans met asleep a while before these: what ended inside no node
 * then is no doubt now.
 */
export async function earlierStops(
  { context, plan }: Drive,
  stops: readonly Action[],
): Promise<ReadonlyMap<string, readonly EarlierStop[]>> {
  if (stops.length === 0) return new Map();
  const asked = stops.map(({ requestedAt }) => requestedAt ?? context.now());
  const since = new Date(Math.min(...asked.map((at) => at.getTime())) - backMs);
  const keys = stops.map(({ connection, workflow: id }) => ({ connection, id }));
  const earlier = (await context.store.plans.stopsSince(keys, since)).flatMap((action) => {
    const { wereIdle = [] } = stopOf(action) ?? {};
    if (action.plan === plan.id || !action.requestedAt || wereIdle.length === 0) return [];
    return [{ workflow: action.workflow, askedAt: action.requestedAt, wereIdle }];
  });
  return Map.groupBy(earlier, ({ workflow }) => workflow);
}
