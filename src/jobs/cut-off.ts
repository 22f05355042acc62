import { cutOffOf, cutOffWords, mayRunOn } from '../domain/cut-off.ts';
import type { Action } from '../domain/plan.ts';
import type { Drive } from './drive.ts';

/** By id, what is left to try about those of these stops behind which something may go on. */
export async function cutOffs(
  drive: Drive,
  judged: readonly Action[],
): Promise<ReadonlyMap<string, string>> {
  const { store } = drive.context;
  const stops = judged.filter((one) => mayRunOn(one, drive.of(one.workflow, 'disable')));
  if (stops.length === 0) return new Map();
  const reach = {
    facts: await store.inventory.factsOf(
      stops.map(({ connection, workflow }) => ({ connection, id: workflow })),
    ),
    credentials: await store.inventory.credentials(),
    connections: [drive.connection],
    plans: await store.plans.ofIncident(drive.plan.incident),
  };
  return new Map(
    stops.flatMap((stop) => {
      const found = cutOffOf([stop], reach);
      return found ? [[stop.id, cutOffWords(found)] as const] : [];
    }),
  );
}
