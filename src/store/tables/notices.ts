import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { instant } from './columns.ts';
import { incidents } from './incidents.ts';
import { people } from './people.ts';

/** What people must hear. */
export const notices = pgTable(
  'notices',
  {
    id: uuid('id').primaryKey(),
    person: uuid('person')
      .notNull()
      .references(() => people.id),
    incident: uuid('incident').references(() => incidents.id),
    at: instant('at').notNull(),
    urgent: boolean('urgent').notNull(),
    text: text('text').notNull(),
  },
  (table) => [index('notices_person').on(table.person, table.at)],
);
