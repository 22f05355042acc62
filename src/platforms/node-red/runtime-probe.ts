import type { NodeRedClient } from './client.ts';
import { wiredTo } from './flow-file.ts';
import type { Item, Part } from './flow-file.ts';

/** More than these of one tab are counted, not asked: a tab starts and stops as a whole. */
export const askedAtMost = 20;

/**
 * The nodes of a tab that show whether it runs: those that could start it, else any. Nodes inside
 * subflows have other ids in the runtime, hence only what lies on the tab itself.
 */
export function startersOf(parts: readonly Part[]): readonly Item[] {
  const nodes = parts.filter(
    ({ item, isOnTab, isDisabled }) => isOnTab && !isDisabled && !lifeless.has(item.type),
  );
  const targets = new Set(nodes.flatMap(({ item }) => wiredTo(item)));
  const starting = nodes.filter(({ item }) => !targets.has(item.id));
  return (starting.length > 0 ? starting : nodes).map(({ item }) => item);
}

/** Items on a tab that only arrange others. */
export const lifeless: ReadonlySet<string> = new Set(['group', 'comment', 'junction']);

/** Which of these nodes live in the runtime now; null where Node-RED does not tell. */
export async function runningOf(
  client: NodeRedClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, boolean | null>> {
  const answers = await Promise.all(
    ids.map(async (id) => [id, (await client.runs(id, signal)) ?? null] as const),
  );
  return new Map(answers);
}
