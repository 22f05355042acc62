import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import { instant } from './columns.ts';
import { connections } from './connections.ts';
import { incidents } from './incidents.ts';
import { people } from './people.ts';

/** Users of platforms whom people lock out by hand, once for each incident. */
export const lockouts = pgTable(
  'lockouts',
  {
    incident: uuid('incident')
      .notNull()
      .references(() => incidents.id),
    connection: uuid('connection')
      .notNull()
      .references(() => connections.id),
    /** The platform's own id. */
    user: text('platform_user').notNull(),
    ref: text('ref').notNull(),
    name: text('name').notNull(),
    at: instant('at').notNull(),
    doneBy: uuid('done_by').references(() => people.id),
    doneAt: instant('done_at'),
    doneText: text('done_text'),
    confirmedBy: uuid('confirmed_by').references(() => people.id),
    confirmedAt: instant('confirmed_at'),
    confirmedText: text('confirmed_text'),
    revision: integer('revision').notNull(),
  },
  (table) => [primaryKey({ columns: [table.incident, table.connection, table.user] })],
);
