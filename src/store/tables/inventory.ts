import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import { factKinds } from '../../domain/inventory.ts';
import { instant } from './columns.ts';
import { connections } from './connections.ts';

const connection = () =>
  uuid('connection')
    .notNull()
    .references(() => connections.id);

export const workflows = pgTable(
  'workflows',
  {
    connection: connection(),
    id: text('id').notNull(),
    /** The number in `w12`, given once and kept. */
    ref: integer('ref').notNull().unique(),
    name: text('name').notNull(),
    active: boolean('active').notNull(),
    archived: boolean('archived').notNull(),
    owner: text('owner'),
    project: text('project'),
    tags: text('tags').array().notNull(),
    changedAt: instant('changed_at'),
    changedBy: text('changed_by'),
    hash: text('hash').notNull(),
    draftDiffers: boolean('draft_differs').notNull(),
    savesExecutions: boolean('saves_executions').notNull(),
    lastRanAt: instant('last_ran_at'),
    seenAt: instant('seen_at').notNull(),
    goneAt: instant('gone_at'),
  },
  (table) => [
    primaryKey({ columns: [table.connection, table.id] }),
    index('workflows_name').on(sql`lower(${table.name})`),
    index('workflows_name_trigram').using('gin', sql`lower(${table.name}) gin_trgm_ops`),
    index('workflows_changed_at').on(table.changedAt),
    index('workflows_last_ran_at').on(table.lastRanAt),
    index('workflows_tags').using('gin', table.tags),
  ],
);

export const facts = pgTable(
  'facts',
  {
    connection: connection(),
    workflow: text('workflow').notNull(),
    position: integer('position').notNull(),
    kind: text('kind', { enum: factKinds }).notNull(),
    value: text('value').notNull(),
    in: text('in_version', { enum: ['draft', 'live', 'both'] }).notNull(),
    node: text('node'),
    label: text('label'),
    auth: text('auth'),
    method: text('method'),
    disabled: boolean('disabled').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connection, table.workflow, table.position] }),
    index('facts_value').on(table.kind, sql`lower(${table.value})`),
    index('facts_value_trigram').using('gin', sql`lower(${table.value}) gin_trgm_ops`),
    index('facts_label_trigram').using('gin', sql`lower(${table.label}) gin_trgm_ops`),
  ],
);

export const credentials = pgTable(
  'credentials',
  {
    connection: connection(),
    id: text('id').notNull(),
    ref: integer('ref').notNull().unique(),
    name: text('name').notNull(),
    type: text('type').notNull(),
    owner: text('owner'),
    changedAt: instant('changed_at'),
    /** Known only from workflows: deleted on the platform, or hidden from us. */
    onlyReferenced: boolean('only_referenced').notNull(),
    seenAt: instant('seen_at').notNull(),
    goneAt: instant('gone_at'),
  },
  (table) => [
    primaryKey({ columns: [table.connection, table.id] }),
    index('credentials_name').on(sql`lower(${table.name})`),
  ],
);

export const platformUsers = pgTable(
  'platform_users',
  {
    connection: connection(),
    id: text('id').notNull(),
    ref: integer('ref').notNull().unique(),
    name: text('name').notNull(),
    email: text('email'),
    role: text('role'),
    seenAt: instant('seen_at').notNull(),
    goneAt: instant('gone_at'),
  },
  (table) => [primaryKey({ columns: [table.connection, table.id] })],
);
