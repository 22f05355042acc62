import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import type { DrillScore } from '../../domain/drill-score.ts';
import type { Scenario } from '../../domain/scenario.ts';
import { instant } from './columns.ts';
import { connections } from './connections.ts';
import { incidents } from './incidents.ts';
import { people } from './people.ts';

/** One exercise; it pins the scenario as it was when it began. */
export const drills = pgTable(
  'drills',
  {
    incident: uuid('incident')
      .primaryKey()
      .references(() => incidents.id),
    connection: uuid('connection')
      .notNull()
      .references(() => connections.id),
    scenario: jsonb('scenario').$type<Scenario>().notNull(),
    startedBy: uuid('started_by')
      .notNull()
      .references(() => people.id),
    startedAt: instant('started_at').notNull(),
    readyAt: instant('ready_at'),
    endedAt: instant('ended_at'),
    score: jsonb('score').$type<DrillScore>(),
    clearedAt: instant('cleared_at'),
    revision: integer('revision').notNull(),
  },
  (table) => [
    uniqueIndex('drills_one_on_a_connection')
      .on(table.connection)
      .where(sql`${table.clearedAt} is null`),
  ],
);
