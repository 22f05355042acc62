import type { NodeRedClient } from './client.ts';
import { wiredTo } from './flow-file.ts';
import type { Item, Part } from './flow-file.ts';

/** Questions under way at once. */
const atOnce = 4;
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

const lifeless = new Set(['group', 'comment', 'junction']);

/** Which of these nodes live in the runtime now; null where Node-RED does not tell. */
export async function runningOf(
  client: NodeRedClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, boolean | null>> {
  const found = new Map<string, boolean | null>();
  for (let start = 0; start < ids.length; start += atOnce) {
    const some = ids.slice(start, start + atOnce);
    const answers = await Promise.all(some.map((id) => client.runs(id, signal)));
    some.forEach((id, index) => found.set(id, answers[index] ?? null));
  }
  return found;
}

/** A function node may loop over what it waits for; closing its tab does not end that. */
export function mayGoOn({ item, isDisabled }: Part): boolean {
  const { func } = item;
  if (isDisabled || item.type !== 'function' || typeof func !== 'string') return false;
  return /\bawait\b|\.then\s*\(/.test(func) && /\b(?:for|while|do)\b|\.forEach\b/.test(func);
}
