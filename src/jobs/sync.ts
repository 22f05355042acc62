import type { JobContext } from './job.ts';

/** Takes one whole look at a connection and stores it. */
export async function sync(
  context: JobContext,
  data: { readonly connection: string },
  signal: AbortSignal,
): Promise<void> {
  const { platform, connection } = await context.platformOf(data.connection);
  const inventory = await platform.takeInventory(signal);
  await context.store.save({ inventories: [{ connection: connection.id, inventory }] });
}
