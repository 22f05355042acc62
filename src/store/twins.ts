import { sql } from 'drizzle-orm';

import type { ItemKey } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { Structure } from '../domain/structure.ts';
import { isTelling } from '../domain/structure.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import { keyRows, selectWorkflows, workflowOf } from './inventory-rows.ts';
import type { InventoryStore } from './store.ts';
import { workflows } from './tables/inventory.ts';

type Row = {
  readonly connection: string;
  readonly id: string;
  readonly structures: readonly Structure[];
};

/**
 * Finds workflows that are on and made of the very same as one of these, in draft or live version.
 *
 * One pass over what is on; its structures are compared by hash, not each with each.
 */
export function twinsFinder(db: Db): InventoryStore['twinsOf'] {
  return async (keys) => {
    const own = await rowsOf<Row>(
      db,
      sql`select connection, id, structures from ${workflows}
        where (connection, id) in (${keyRows(keys)}) and structures is not null`,
    );
    const madeOf = new Map<string, ItemKey>();
    for (const { structures, ...key } of own) {
      for (const one of structures) if (isTelling(one)) madeOf.set(JSON.stringify(one), key);
    }
    if (madeOf.size === 0) return [];
    const wanted = `[${[...madeOf.keys()].join(',')}]`;
    const found = await rowsOf<Row>(
      db,
      sql`select w.connection, w.id, w.structures from ${workflows} w
        where w.active and w.gone_at is null and w.structures is not null
          and exists (select 1 from jsonb_array_elements(w.structures) as made(one)
            where made.one in (select jsonb_array_elements(${wanted}::jsonb)))`,
    );
    const asked = new Set(keys.map(keyText));
    const twins = found.filter((row) => !asked.has(keyText(row)));
    if (twins.length === 0) return [];
    const rows = await selectWorkflows(db).where(
      sql`(${workflows.connection}, ${workflows.id}) in (${keyRows(twins)})`,
    );
    const byKey = new Map(rows.map((row) => [keyText(row.row), workflowOf(row)]));
    return twins.flatMap((row) => {
      const of = row.structures.flatMap((one) => madeOf.get(JSON.stringify(one)) ?? []).at(0);
      const workflow = byKey.get(keyText(row));
      return of && workflow ? [{ of, workflow }] : [];
    });
  };
}
