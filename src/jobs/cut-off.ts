import type { Reach } from '../domain/cut-off.ts';
import { cutOffOf, cutOffWords, mayRunOn } from '../domain/cut-off.ts';
import type { Action } from '../domain/plan.ts';
import { isSpent, spentWords } from '../domain/spent.ts';
import type { Drive } from './drive.ts';

/** By id, what is left to try about those of these stops behind which something may go on. */
export async function cutOffs(
  drive: Drive,
  judged: readonly Action[],
): Promise<ReadonlyMap<string, string>> {
  const stops = judged.filter((one) => mayRunOn(one, drive.of(one.workflow, 'disable')));
  if (stops.length === 0) return new Map();
  const reach = await reachOf(drive, stops);
  return new Map(
    stops.flatMap((stop) => {
      const found = cutOffOf([stop], reach);
      return found ? [[stop.id, cutOffWords(found)] as const] : [];
    }),
  );
}

/** By id, what is left to try about those of these for which each lever was pulled in vain. */
export async function leftToTry(
  drive: Drive,
  judged: readonly Action[],
): Promise<ReadonlyMap<string, string>> {
  const spent = drive.plan.purpose === 'contain' ? judged.filter(isSpent) : [];
  if (spent.length === 0) return new Map();
  const reach = await reachOf(drive, spent);
  return new Map(
    spent.flatMap((action) => {
      const left = cutOffOf([action], reach);
      return left ? [[action.id, spentWords(left, [drive.connection.name])] as const] : [];
    }),
  );
}

async function reachOf(drive: Drive, actions: readonly Action[]): Promise<Reach> {
  const { store } = drive.context;
  return {
    facts: await store.inventory.factsOf(
      actions.map(({ connection, workflow }) => ({ connection, id: workflow })),
    ),
    credentials: await store.inventory.credentials(),
    connections: [drive.connection],
    plans: await store.plans.ofIncident(drive.plan.incident),
  };
}
