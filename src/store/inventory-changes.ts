import { createHash } from 'node:crypto';

import { inArray, sql } from 'drizzle-orm';

import { nextNumber } from './counters.ts';
import type { Db } from './database.ts';
import type { credentials, platformUsers, workflows } from './tables/inventory.ts';

/** Goes up when rows are made in another way, so that the next sync writes all of them again. */
const rowFormat = 1;
/** Rows in one statement: large enough to be quick, small enough for a bounded message. */
const chunkRows = 500;

/** A stored row, as far as it takes to see whether it changed. */
export type Known = {
  readonly id: string;
  readonly ref: number;
  readonly digest: string;
  readonly gone: boolean;
};

/** A row to be, its digest, and what it came from. */
export type Next<Row> = { readonly id: string; readonly digest: string; readonly row: Row };

/** The rows that are new, came back or differ, with their references: kept, or new in order. */
export async function changedRows<Row extends { readonly id: string }>(
  tx: Db,
  counter: string,
  stored: readonly Known[],
  next: readonly Next<Row>[],
): Promise<readonly (Row & { readonly ref: number; readonly row_digest: string })[]> {
  const known = new Map(stored.map((row) => [row.id, row]));
  const fresh = next.filter(({ id }) => !known.has(id)).length;
  let free = fresh === 0 ? 0 : await nextNumber(tx, counter, fresh);
  return next.flatMap(({ id, digest, row }) => {
    const before = known.get(id);
    if (before !== undefined && before.digest === digest && !before.gone) return [];
    return [{ ...row, ref: before?.ref ?? free++, row_digest: digest }];
  });
}

/** What a sync no longer found keeps its row and reference. It was last seen at the sync before. */
export async function markGone(
  tx: Db,
  table: typeof workflows | typeof credentials | typeof platformUsers,
  connection: string,
  takenAt: Date,
  stored: readonly Omit<Known, 'digest'>[],
  found: ReadonlyMap<string, unknown>,
): Promise<void> {
  const gone = stored.filter((row) => !row.gone && !found.has(row.id)).map((row) => row.ref);
  const seenAt = sql`(select coalesce(synced_at, ${takenAt.toISOString()}::timestamptz)
    from connections where id = ${connection}::uuid)`;
  for (const refs of chunksOf(gone, 10 * chunkRows)) {
    await tx
      .update(table)
      .set({ goneAt: takenAt, seenAt })
      .where(inArray(table.ref, [...refs]));
  }
}

/** By id. A listing may name one twice when it changes while it is paged: the later one counts. */
export function byId<Item extends { readonly id: string }>(
  items: readonly Item[],
): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.id, item]));
}

/** Parts of a list, so that no statement grows without bound. */
export function* chunksOf<Item>(
  items: readonly Item[],
  size = chunkRows,
): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** What tells whether a row has to be written again. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([rowFormat, value]))
    .digest('base64url');
}
