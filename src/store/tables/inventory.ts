import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';

import { factKinds } from '../../domain/inventory.ts';
import { instant } from './columns.ts';
import { connections } from './connections.ts';

/** `was_live`: of the version that an open incident switched off; `draft_…`: and in the draft. */
export const storedVersions = ['draft', 'live', 'both', 'was_live', 'draft_was_live'] as const;
export type StoredVersion = (typeof storedVersions)[number];

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
    contentHash: text('content_hash'),
    liveHash: text('live_hash'),
    draftDiffers: boolean('draft_differs').notNull(),
    savesExecutions: boolean('saves_executions').notNull(),
    lastRanAt: instant('last_ran_at'),
    /** What draft and live version are made of; null for rows from before this was kept. */
    structures: jsonb('structures').$type<string[][]>(),
    /** Its nodes, where single ones can be switched off; null elsewhere. */
    nodes: jsonb('nodes').$type<{ id: string; name: string; isOn: boolean }[]>(),
    /** The look that first saw it made of this; null for what the connection's first look saw. */
    madeAt: instant('made_at'),
    /** What it was made of before; null for what was not there before. */
    madeBefore: jsonb('made_before').$type<string[][]>(),
    /** The look that first saw it on, since it was last seen off; null as above, and while it is off. */
    onAt: instant('on_at'),
    /** When the row was last written. While it is not gone it was seen at the connection's last sync. */
    seenAt: instant('seen_at').notNull(),
    goneAt: instant('gone_at'),
    /** Folded in JavaScript (`store/fold.ts`): what `lower()` does depends on the database's locale. */
    foldedName: text('folded_name').notNull(),
    foldedOwner: text('folded_owner'),
    foldedProject: text('folded_project'),
    foldedTags: text('folded_tags').array().notNull(),
    /** Higher is shown first (`store/exposure.ts`). */
    exposure: integer('exposure').notNull(),
    /** SHA-256 of the record and of its facts, so that a sync writes only what changed. */
    rowDigest: text('row_digest').notNull(),
    factsDigest: text('facts_digest').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connection, table.id] }),
    /** With the key, so that a set of keys is put in order without reading a single row. */
    index('workflows_exposure')
      .on(
        table.active.desc(),
        table.exposure.desc(),
        table.foldedName,
        table.ref,
        table.connection,
        table.id,
      )
      .where(sql`${table.goneAt} is null`),
    index('workflows_name').on(table.foldedName),
    index('workflows_name_trigram').using('gin', table.foldedName.op('gin_trgm_ops')),
    index('workflows_owner_trigram').using('gin', table.foldedOwner.op('gin_trgm_ops')),
    index('workflows_project').on(table.foldedProject),
    index('workflows_changed_at').on(table.changedAt),
    index('workflows_last_ran_at').on(table.lastRanAt),
    index('workflows_tags').using('gin', table.foldedTags),
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
    in: text('in_version', { enum: storedVersions }).notNull(),
    node: text('node'),
    label: text('label'),
    auth: text('auth'),
    method: text('method'),
    disabled: boolean('disabled').notNull(),
    /** As it is compared: folded, but an id of the platform as it is. */
    foldedValue: text('folded_value').notNull(),
    foldedLabel: text('folded_label'),
  },
  (table) => [
    primaryKey({ columns: [table.connection, table.workflow, table.position] }),
    /** With the workflow: what a common term finds is read from the index alone. */
    index('facts_value').on(table.kind, table.foldedValue, table.connection, table.workflow),
    index('facts_open_entry')
      .on(table.kind, table.connection, table.workflow)
      .where(sql`${table.auth} = 'none'`),
    /** Only of what is searched by parts: most facts are node types and ids. */
    index('facts_value_trigram')
      .using('gin', table.foldedValue.op('gin_trgm_ops'))
      .where(sql`${table.kind} in ('host', 'webhook', 'form', 'chat', 'mcp', 'package', 'code')`),
    index('facts_label_trigram').using('gin', table.foldedLabel.op('gin_trgm_ops')),
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
    foldedName: text('folded_name').notNull(),
    rowDigest: text('row_digest').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connection, table.id] }),
    index('credentials_name').on(table.foldedName),
    /** Few: those that the platform does not list, or no more. */
    index('credentials_unlisted')
      .on(table.connection, table.id)
      .where(sql`${table.onlyReferenced} or ${table.goneAt} is not null`),
    index('credentials_name_trigram').using('gin', table.foldedName.op('gin_trgm_ops')),
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
    hasMfa: boolean('has_mfa'),
    isInvited: boolean('is_invited'),
    lastActiveAt: instant('last_active_at'),
    stays: text('stays'),
    seenAt: instant('seen_at').notNull(),
    goneAt: instant('gone_at'),
  },
  (table) => [primaryKey({ columns: [table.connection, table.id] })],
);
