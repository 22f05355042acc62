import type { ConnectionId } from '../domain/connection.ts';
import { acquittedIn } from '../domain/conviction.ts';
import type { Holder, HolderCase, HolderNow } from '../domain/holders.ts';
import { holdersOfAll, withHoldersTold } from '../domain/holders.ts';
import type { IncidentId } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Reading } from '../domain/verification.ts';
import type { Store } from '../store/store.ts';
import type { Drive } from './drive.ts';

/** Where, and for which incident, holders of an address were seen. */
export type Where = { readonly incident: IncidentId; readonly connection: ConnectionId };

type ByWorkflow = ReadonlyMap<string, readonly Holder[]>;

const seen = new WeakMap<Drive, Promise<ByWorkflow>>();

/**
 * Who was seen at the addresses of workflows by what other plans of the same incident know. Read
 * once for each time that a plan is carried out or verified, for it changes with their looks alone.
 */
export function seenByOthers(drive: Drive): Promise<ByWorkflow> {
  const before = seen.get(drive);
  if (before) return before;
  const read = readByOthers(drive);
  seen.set(drive, read);
  return read;
}

async function readByOthers({ context, plan, connection }: Drive): Promise<ByWorkflow> {
  const held = await context.store.watch.held(connection.id);
  const others = held.filter((one) => one.plan.incident === plan.incident);
  const actions = Map.groupBy(
    others.map(({ action }) => action),
    ({ workflow }) => workflow,
  );
  return new Map([...actions].map(([workflow, some]) => [workflow, holdersOfAll(some)]));
}

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
