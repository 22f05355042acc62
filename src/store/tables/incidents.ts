import { boolean, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import { incidentRoles, phases, severities, visibilities } from '../../domain/incident.ts';
import { instant } from './columns.ts';
import { people } from './people.ts';

export const incidents = pgTable(
  'incidents',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull().unique(),
    title: text('title').notNull(),
    severity: text('severity', { enum: severities }).notNull(),
    phase: text('phase', { enum: phases }).notNull(),
    visibility: text('visibility', { enum: visibilities }).notNull(),
    drill: boolean('drill').notNull(),
    /** Nothing of it is posted to chats. */
    quiet: boolean('quiet').notNull().default(false),
    declaredBy: uuid('declared_by')
      .notNull()
      .references(() => people.id),
    declaredAt: instant('declared_at').notNull(),
    resolvedAt: instant('resolved_at'),
    closedAt: instant('closed_at'),
    members: uuid('members').array().notNull(),
    revision: integer('revision').notNull(),
  },
  (table) => [index('incidents_declared_at').on(table.declaredAt)],
);

export const incidentRoleHoldings = pgTable(
  'incident_role_holdings',
  {
    incident: uuid('incident')
      .notNull()
      .references(() => incidents.id),
    role: text('role', { enum: incidentRoles }).notNull(),
    person: uuid('person')
      .notNull()
      .references(() => people.id),
    since: instant('since').notNull(),
  },
  (table) => [primaryKey({ columns: [table.incident, table.role] })],
);

export const rooms = pgTable(
  'rooms',
  {
    room: text('room').primaryKey(),
    incident: uuid('incident')
      .notNull()
      .references(() => incidents.id),
  },
  (table) => [index('rooms_incident').on(table.incident)],
);

/** Counters for names that people say: `incident`, `plan`, `workflow`, `evidence:<incident>`. */
export const counters = pgTable('counters', {
  name: text('name').primaryKey(),
  value: integer('value').notNull(),
});
