import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { instant } from './columns.ts';
import { incidents } from './incidents.ts';
import { people } from './people.ts';

export const scopeItems = pgTable(
  'scope_items',
  {
    id: uuid('id').primaryKey(),
    incident: uuid('incident')
      .notNull()
      .references(() => incidents.id),
    kind: text('kind', { enum: ['workflow', 'credential', 'host'] }).notNull(),
    /** Empty for hosts. */
    connection: text('connection').notNull(),
    item: text('item').notNull(),
    name: text('name').notNull(),
    ref: text('ref'),
    observedHash: text('observed_hash'),
    addedBy: uuid('added_by')
      .notNull()
      .references(() => people.id),
    addedAt: instant('added_at').notNull(),
    convictedBy: uuid('convicted_by').references(() => people.id),
    convictedAt: instant('convicted_at'),
    conviction: text('conviction'),
    droppedBy: uuid('dropped_by').references(() => people.id),
    droppedAt: instant('dropped_at'),
  },
  (table) => [
    index('scope_items_incident').on(table.incident),
    uniqueIndex('scope_items_once')
      .on(table.incident, table.kind, table.connection, table.item)
      .where(sql`${table.droppedAt} is null`),
  ],
);
