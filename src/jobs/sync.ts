import type { JobContext } from './job.ts';
import { tellCopies } from './watch-copies.ts';

/** Takes one whole look at a connection, stores it, and tells what it shows to have come back. */
export async function sync(
  context: JobContext,
  data: { readonly connection: string },
  signal: AbortSignal,
): Promise<void> {
  const { platform, connection } = await context.platformOf(data.connection);
  const inventory = await platform.takeInventory(signal);
  await context.store.save({ inventories: [{ connection: connection.id, inventory }] });
  await tellCopies(context, connection.id);
}
