import { asc, eq, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

import type { ItemKind } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { folded, literalPattern } from './fold.ts';
import { refNumber } from './inventory-rows.ts';
import type { InventoryStore, ResolvedItem } from './store.ts';
import { connections } from './tables/connections.ts';
import { credentials, platformUsers, workflows } from './tables/inventory.ts';

/** So many candidates help a person choose; more would not. */
const mostCandidates = 20;

const tables = { workflow: workflows, credential: credentials, user: platformUsers } as const;
const letters = { workflow: 'w', credential: 'c', user: 'u' } as const;

/**
 * What a person may have meant by a text.
 *
 * A reference is always the thing itself, also when something else is named like it. Then come
 * platform ids and whole names, then beginnings of names, then parts; the first that finds
 * something answers. Names and ids of what is gone are not found, its reference still is.
 */
export function resolver(db: Db): InventoryStore['resolve'] {
  return async (kind, text) => {
    const typed = text.trim();
    if (typed === '') return [];
    const table = tables[kind];
    const number = refNumber(typed, letters[kind]);
    if (number !== undefined) {
      const known = await select(db, kind, eq(table.ref, number));
      if (known.length > 0) return known;
    }
    const names = namesOf(kind);
    const begins = `${literalPattern(typed)}%`;
    const attempts: readonly (SQL | undefined)[] = [
      or(eq(table.id, typed), ...names.map((name) => sql`${name} = ${folded(typed)}`)),
      or(...names.map((name) => sql`${name} like ${begins}`)),
      or(...names.map((name) => sql`${name} like ${`%${begins}`}`)),
    ];
    for (const attempt of attempts) {
      const found = await select(db, kind, sql`${attempt} and ${isNull(table.goneAt)}`);
      if (found.length > 0) return found;
    }
    return [];
  };
}

/** What a thing may be called. Users are few: their names are folded by the database as well as it can. */
function namesOf(kind: ItemKind): readonly (PgColumn | SQL)[] {
  if (kind === 'workflow') return [workflows.foldedName];
  if (kind === 'credential') return [credentials.foldedName];
  return [sql`lower(${platformUsers.name})`, sql`lower(${platformUsers.email})`];
}

async function select(db: Db, kind: ItemKind, where: SQL): Promise<readonly ResolvedItem[]> {
  const table = tables[kind];
  const rows = await db
    .select({
      connection: table.connection,
      id: table.id,
      ref: table.ref,
      name: table.name,
      connectionName: connections.name,
    })
    .from(table)
    .innerJoin(connections, eq(connections.id, table.connection))
    .where(sql`(${where})`)
    .orderBy(asc(table.ref))
    .limit(mostCandidates);
  return rows.map(({ connection, id, ref, name, connectionName }) => ({
    kind,
    key: { connection, id },
    ref: `${letters[kind]}${ref}`,
    name,
    connectionName,
  }));
}
