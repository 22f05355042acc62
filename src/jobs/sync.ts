import { describedAnew } from '../domain/connecting.ts';
import type { GiveWay } from '../platforms/platform.ts';
import type { JobContext } from './job.ts';
import { tellCopies } from './watch-copies.ts';
import { lookWhileFrozen } from './watch-frozen.ts';

/**
 * Takes one whole look at a connection, stores it, and tells what it shows to have come back. Asks
 * first what the account may do by now, so that nobody need connect anew after an upgrade.
 *
 * @param giveWay of a look that no plan waits for
 */
export async function sync(
  context: JobContext,
  data: { readonly connection: string },
  signal: AbortSignal,
  giveWay?: GiveWay,
): Promise<void> {
  const { platform, connection } = await context.platformOf(data.connection, giveWay);
  const probed = await platform.probe(signal);
  const found = { ...probed, missing: probed.missing.map(({ permission }) => permission) };
  const anew = describedAnew(connection, found, context.now());
  if (anew) await context.store.save({ connections: [anew.connection], events: [anew.event] });
  const inventory = await platform.takeInventory(signal);
  await lookWhileFrozen(context, connection, async () => {
    await context.store.save({ inventories: [{ connection: connection.id, inventory }] });
  });
  await tellCopies(context, connection.id);
}
