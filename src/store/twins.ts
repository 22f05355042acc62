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

/** So many keys are looked at together: each carries its structures along. */
const keysAtOnce = 1_000;

type Pair = ItemKey & {
  readonly of_connection: string;
  readonly of_id: string;
  readonly one: Structure;
};

/** Finds workflows that are on and made of the very same as one of these, in draft or live version. */
export function twinsFinder(db: Db): InventoryStore['twinsOf'] {
  return async (keys) => {
    const asked = new Set(keys.map(keyText));
    const ofTwin = new Map<string, { readonly of: ItemKey; readonly twin: ItemKey }>();
    for (let from = 0; from < keys.length; from += keysAtOnce) {
      for (const pair of await pairsOf(db, keys.slice(from, from + keysAtOnce))) {
        const of = { connection: pair.of_connection, id: pair.of_id };
        const twin = { connection: pair.connection, id: pair.id };
        if (asked.has(keyText(twin)) || !isTelling(pair.one)) continue;
        ofTwin.set(keyText(twin), { of, twin });
      }
    }
    if (ofTwin.size === 0) return [];
    const twins = [...ofTwin.values()].map(({ twin }) => twin);
    const rows = await selectWorkflows(db).where(
      sql`(${workflows.connection}, ${workflows.id}) in (${keyRows(twins)})`,
    );
    const found = rows
      .map(workflowOf)
      .toSorted((a, b) => a.ref.localeCompare(b.ref, 'en', numeric));
    return found.flatMap((workflow) => {
      const pair = ofTwin.get(keyText(workflow));
      return pair ? [{ of: pair.of, workflow }] : [];
    });
  };
}

const numeric = { numeric: true } as const;

/**
 * Joined by the digest of a structure, of which one asked for stands for all: an estate of 1,000 made
 * from one template has a million pairs, and each of the others is to be named once.
 */
function pairsOf(db: Db, keys: readonly ItemKey[]): Promise<readonly Pair[]> {
  return rowsOf<Pair>(
    db,
    sql`with wanted as materialized (
        select distinct on (digest) connection, id, one, digest
        from (
          select connection, id, made.one, md5(made.one::text) as digest
          from ${workflows}, jsonb_array_elements(structures) as made(one)
          where (connection, id) in (${keyRows(keys)}) and structures is not null) as made
        order by digest, connection, id),
      known as materialized (
        select connection, id, md5(made.one::text) as digest
        from ${workflows}, jsonb_array_elements(structures) as made(one)
        where active and gone_at is null and structures is not null
          and (connection, id) not in (${keyRows(keys)}))
      select known.connection, known.id, wanted.connection as of_connection, wanted.id as of_id,
        wanted.one
      from known join wanted using (digest)`,
  );
}
