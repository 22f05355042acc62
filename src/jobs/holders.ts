import type { ConnectionId } from '../domain/connection.ts';
import { acquittedIn } from '../domain/conviction.ts';
import type { HolderCase, HolderNow } from '../domain/holders.ts';
import { withHoldersTold } from '../domain/holders.ts';
import type { IncidentId } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Reading } from '../domain/verification.ts';
import type { Store } from '../store/store.ts';

/** Where, and for which incident, holders of an address were seen. */
export type Where = { readonly incident: IncidentId; readonly connection: ConnectionId };

/** How many events of an incident are searched for verdicts on a holder. */
const eventsRead = 10_000;

/** Readings that also speak of those who were seen at the addresses, as far as anything is known. */
export async function tellHolders(
  store: Store,
  where: Where,
  readings: readonly Reading[],
  now: Date,
): Promise<readonly Reading[]> {
  const all = readings.flatMap(({ holders = [] }) => holders);
  if (all.length === 0) return readings;
  const caseOf = await casesOf(store, where, all);
  return readings.map((reading) => withHoldersTold(reading, caseOf, now));
}

/** What the store knows of holders. */
export async function casesOf(
  store: Store,
  { incident, connection }: Where,
  holders: readonly HolderNow[],
): Promise<(holder: HolderNow) => HolderCase> {
  const cases = new Map<string, HolderCase>();
  const isAsked = holders.some(({ stands }) => stands === 'can_return');
  const acquitted = acquittedIn(isAsked ? await store.timeline.latest(incident, eventsRead) : []);
  for (const { id } of holders) {
    if (cases.has(id)) continue;
    const key = { connection, id };
    const known = await store.inventory.workflow(key);
    const plans = await store.plans.containing(key);
    const keeps = plans.find((plan) => plan.incident === incident);
    cases.set(id, {
      ...(known ? { ref: known.ref } : {}),
      ...(keeps ? { keptOffBy: keeps.name } : {}),
      isAcquitted: acquitted.has(keyText(key)),
    });
  }
  return ({ id }) => cases.get(id) ?? { isAcquitted: false };
}
