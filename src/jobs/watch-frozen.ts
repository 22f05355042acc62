import type { Connection } from '../domain/connection.ts';
import { activeOn, cameOnWhileFrozen } from '../domain/freezing.ts';
import type { Workflow } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import { frozenAtMost } from '../domain/planning.ts';
import type { JobContext } from './job.ts';

/**
 * Makes a look at a connection; when that is frozen, its incident is told of what is on since the
 * look before. What is on all the time is named by `contain status` instead.
 */
export async function lookWhileFrozen(
  context: Pick<JobContext, 'store' | 'now'>,
  connection: Connection,
  look: () => Promise<void>,
): Promise<void> {
  const { store, now } = context;
  const freezes = (await store.plans.freezing()).filter(({ freezes: id }) => id === connection.id);
  if (freezes.length === 0) {
    await look();
    return;
  }
  const before = new Set((await onNow(context, connection)).map(keyText));
  await look();
  const on = await onNow(context, connection);
  const events = freezes.flatMap((freeze) => cameOnWhileFrozen(freeze, before, on, now()) ?? []);
  if (events.length > 0) await store.save({ events });
}

async function onNow(
  { store }: Pick<JobContext, 'store'>,
  connection: Connection,
): Promise<readonly Workflow[]> {
  const { hits } = await store.inventory.find(activeOn(connection), { limit: frozenAtMost });
  return hits.map(({ workflow }) => workflow).filter((one) => one.connection === connection.id);
}
