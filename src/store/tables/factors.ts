import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { factorKinds } from '../../domain/person.ts';
import { bytes, instant } from './columns.ts';
import { people } from './people.ts';

/** What people prove with that it is them. The secret is sealed as those of connections are. */
export const factors = pgTable(
  'factors',
  {
    id: uuid('id').primaryKey(),
    person: uuid('person')
      .notNull()
      .references(() => people.id),
    kind: text('kind', { enum: factorKinds }).notNull(),
    sealed: bytes('sealed').notNull(),
    enrolledAt: instant('enrolled_at').notNull(),
    confirmedAt: instant('confirmed_at'),
    lastCounter: integer('last_counter').notNull(),
    refusals: integer('refusals').notNull(),
    lockedUntil: instant('locked_until'),
    removedAt: instant('removed_at'),
    revision: integer('revision').notNull(),
  },
  (table) => [index('factors_person').on(table.person)],
);
