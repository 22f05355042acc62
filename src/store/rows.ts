type Present<T> = { [K in keyof T]?: Exclude<T[K], null | undefined> };

/** The columns that hold something: a row's null is an absent property of the noun. */
export function present<T extends Record<string, unknown>>(columns: T): Present<T> {
  const kept = Object.entries(columns).filter(([, value]) => value !== null && value !== undefined);
  // `fromEntries` forgets which key had which type; the filter took away null and undefined alone.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(kept) as Present<T>;
}

/** True for a text that PostgreSQL takes as a uuid; asking it with another one is an error there. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

/**
 * Writes a list in the order of its keys and answers in the order in which it was passed.
 *
 * Two transactions that write the same rows in different orders would wait for each other.
 */
export async function inKeyOrder<T, R>(
  list: readonly T[],
  keyOf: (item: T) => string,
  write: (item: T) => Promise<R>,
): Promise<R[]> {
  const keyed = list.map((item, index) => ({ item, index, key: keyOf(item) }));
  const results: R[] = [];
  for (const { item, index } of keyed.toSorted(
    (a, b) => compareText(a.key, b.key) || a.index - b.index,
  )) {
    results[index] = await write(item);
  }
  return results;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
