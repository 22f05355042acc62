import type { ConnectionId } from '../domain/connection.ts';
import { acquittedIn } from '../domain/conviction.ts';
import type { Holder, HolderCase, HolderNow } from '../domain/holders.ts';
import { holdersOfAll, withHoldersTold } from '../domain/holders.ts';
import type { IncidentId } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Action } from '../domain/plan.ts';
import type { Reading } from '../domain/verification.ts';
import { cameBackSince } from '../domain/watch.ts';
import type { Store } from '../store/store.ts';
import type { Drive } from './drive.ts';

/** Where, and for which incident, holders of an address were seen. */
export type Where = { readonly incident: IncidentId; readonly connection: ConnectionId };

/** What other plans of the incident know of one workflow. */
type Known = {
  /** Who was seen at its addresses. */
  readonly holders: readonly Holder[];
  /** It was off because of one of them, and was on again. */
  readonly cameBack: boolean;
};

type ByWorkflow = ReadonlyMap<string, Known>;

const seen = new WeakMap<Drive, Promise<ByWorkflow>>();

/**
 * What is known of workflows by what other plans of the same incident saw. Read once for each time
 * that a plan is carried out or verified, for it changes with their looks alone.
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
  const byWorkflow = Map.groupBy(others, ({ action }) => action.workflow);
  return new Map(
    [...byWorkflow].map(([workflow, some]) => {
      const holders = holdersOfAll(some.map(({ action }) => action));
      const cameBack = some.some((one) => one.plan.id !== plan.id && cameBackSince(one.action));
      return [workflow, { holders, cameBack }];
    }),
  );
}

/** What came back before has to stay off for so long to count as off, in ms. */
const staysOffMs = 60_000;

/**
 * A reading of what came back once before settles nothing in its first minute: whoever, or whatever,
 * switches it on again does so within a moment, and one look may fall in between.
 */
export function notAtOnce(reading: Reading, action: Action, known: Known | undefined): Reading {
  if (!known?.cameBack || !action.acceptedAt) return reading;
  const at = new Date(action.acceptedAt.getTime() + staysOffMs);
  if (reading.notBefore && reading.notBefore.at >= at) return reading;
  const why = 'It came back before, so it counts as off only once it has stayed off for a minute.';
  return { ...reading, notBefore: { at, why } };
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
