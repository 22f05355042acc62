import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import { revocationStates } from '../../domain/revocation.ts';
import { instant } from './columns.ts';
import { connections } from './connections.ts';
import { incidents } from './incidents.ts';
import { people } from './people.ts';
import { plans } from './plans.ts';

/** What became of one credential at its provider, once for each incident. */
export const revocations = pgTable(
  'revocations',
  {
    incident: uuid('incident')
      .notNull()
      .references(() => incidents.id),
    connection: uuid('connection')
      .notNull()
      .references(() => connections.id),
    /** The platform's own id. */
    credential: text('credential').notNull(),
    ref: text('ref').notNull(),
    name: text('name').notNull(),
    state: text('state', { enum: revocationStates }).notNull(),
    text: text('text').notNull(),
    at: instant('at').notNull(),
    plan: uuid('plan').references(() => plans.id),
    doneBy: uuid('done_by').references(() => people.id),
    doneAt: instant('done_at'),
    doneText: text('done_text'),
    confirmedBy: uuid('confirmed_by').references(() => people.id),
    confirmedAt: instant('confirmed_at'),
    confirmedText: text('confirmed_text'),
    revision: integer('revision').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.incident, table.connection, table.credential] }),
    index('revocations_plan').on(table.plan),
  ],
);
