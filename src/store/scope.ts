import { randomUUID } from 'node:crypto';

import { and, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';

import { keyText } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { storable } from './fold.ts';
import { isUuid, present } from './rows.ts';
import type { Change, NewScopeItem, ScopeItem, ScopeStore } from './store.ts';
import { incidents } from './tables/incidents.ts';
import { scopeItems } from './tables/scope.ts';

/** Reads of what an incident is about; what was dropped is not among it. */
export function scopeStore(db: Db): ScopeStore {
  return {
    async of(incident) {
      if (!isUuid(incident)) return [];
      const rows = await db
        .select()
        .from(scopeItems)
        .where(and(eq(scopeItems.incident, incident), isNull(scopeItems.droppedAt)))
        .orderBy(asc(scopeItems.addedAt), asc(scopeItems.kind), asc(scopeItems.name));
      return rows.map((row) => ({
        incident: row.incident,
        kind: row.kind,
        key: { connection: row.connection, id: row.item },
        name: row.name,
        addedBy: row.addedBy,
        addedAt: row.addedAt,
        ...present({ ref: row.ref, observedHash: row.observedHash }),
        ...convictedOf(row),
      }));
    },

    async convictions(keys) {
      const known = keys.filter(({ connection }) => isUuid(connection));
      const wanted = new Set(known.map(keyText));
      if (wanted.size === 0) return [];
      const rows = await db
        .select({
          connection: scopeItems.connection,
          id: scopeItems.item,
          incident: scopeItems.incident,
          name: incidents.name,
          visibility: incidents.visibility,
        })
        .from(scopeItems)
        .innerJoin(incidents, eq(incidents.id, scopeItems.incident))
        .where(
          and(
            eq(scopeItems.kind, 'workflow'),
            isNull(scopeItems.droppedAt),
            isNotNull(scopeItems.convictedAt),
            inArray(scopeItems.connection, [...new Set(known.map(({ connection }) => connection))]),
          ),
        )
        .orderBy(asc(scopeItems.convictedAt));
      return rows
        .map(({ connection, id, incident, name, visibility }) => ({
          key: { connection, id },
          incident,
          name,
          isPrivate: visibility === 'private',
        }))
        .filter(({ key }) => wanted.has(keyText(key)));
    },
  };
}

/**
 * Drops, then adds. Both may be repeated: what is in scope already stays as it was first added, and
 * what is not in scope cannot be dropped again. Dropped rows are kept with who dropped them.
 */
export async function writeScope(
  tx: Db,
  adds: readonly NewScopeItem[],
  drops: NonNullable<Change['scopeDrops']>,
): Promise<void> {
  for (const { incident, kind, key, by, at } of drops) {
    await tx
      .update(scopeItems)
      .set({ droppedBy: by, droppedAt: at })
      .where(
        and(
          eq(scopeItems.incident, incident),
          eq(scopeItems.kind, kind),
          eq(scopeItems.connection, key.connection),
          eq(scopeItems.item, key.id),
          isNull(scopeItems.droppedAt),
        ),
      );
  }
  for (let from = 0; from < adds.length; from += rowsAtOnce) {
    await tx
      .insert(scopeItems)
      .values(adds.slice(from, from + rowsAtOnce).map(rowOf))
      .onConflictDoNothing({
        target: [scopeItems.incident, scopeItems.kind, scopeItems.connection, scopeItems.item],
        where: sql`${scopeItems.droppedAt} is null`,
      });
  }
}

/** Convicts or acquits workflows in scope. */
export async function writeVerdicts(
  tx: Db,
  list: NonNullable<Change['scopeVerdicts']>,
): Promise<void> {
  for (const { incident, key, verdict } of list) {
    await tx
      .update(scopeItems)
      .set({
        convictedBy: verdict?.by ?? null,
        convictedAt: verdict?.at ?? null,
        conviction: verdict?.why === undefined ? null : storable(verdict.why),
      })
      .where(
        and(
          eq(scopeItems.incident, incident),
          eq(scopeItems.kind, 'workflow'),
          eq(scopeItems.connection, key.connection),
          eq(scopeItems.item, key.id),
          isNull(scopeItems.droppedAt),
        ),
      );
  }
}

function convictedOf(row: typeof scopeItems.$inferSelect): Pick<ScopeItem, 'convicted'> {
  const { convictedBy: by, convictedAt: at, conviction: why } = row;
  if (by === null || at === null) return {};
  return { convicted: { by, at, ...present({ why }) } };
}

const rowsAtOnce = 500;

function rowOf(item: NewScopeItem): typeof scopeItems.$inferInsert {
  return {
    id: randomUUID(),
    incident: item.incident,
    kind: item.kind,
    connection: item.key.connection,
    item: item.key.id,
    name: storable(item.name),
    ref: item.ref ?? null,
    observedHash: item.observedHash ?? null,
    addedBy: item.addedBy,
    addedAt: item.addedAt,
  };
}
