import {
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';

import { timelineSources } from '../../domain/timeline.ts';
import { instant } from './columns.ts';

/** The head of each chain; locked by every append, so a chain has one writer at a time. */
export const chains = pgTable('chains', {
  /** An incident's id, or the instance's own. */
  incident: uuid('incident').primaryKey(),
  createdAt: instant('created_at').notNull(),
  keyId: text('key_id').notNull(),
  nonce: text('nonce').notNull(),
  seq: integer('seq').notNull(),
  prevHead: text('prev_head').notNull(),
  head: text('head').notNull(),
  recordedAt: instant('recorded_at').notNull(),
});

/** Append-only: triggers refuse UPDATE, DELETE and TRUNCATE. */
export const timelineEntries = pgTable(
  'timeline_entries',
  {
    incident: uuid('incident')
      .notNull()
      .references(() => chains.incident),
    seq: integer('seq').notNull(),
    id: uuid('id').notNull().unique(),
    kind: text('kind').notNull(),
    source: text('source', { enum: timelineSources }).notNull(),
    occurredAt: instant('occurred_at').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    skewMs: integer('skew_ms'),
    actorCommit: text('actor_commit').notNull(),
    bodyCommit: text('body_commit').notNull(),
    attachments: jsonb('attachments').notNull(),
    prev: text('prev').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.incident, table.seq] }),
    unique('timeline_entries_no_fork').on(table.incident, table.prev),
  ],
);

/** The values behind the commitments. Erasure removes rows here; the chain stays whole. */
export const timelineValues = pgTable(
  'timeline_values',
  {
    incident: uuid('incident').notNull(),
    seq: integer('seq').notNull(),
    part: text('part', { enum: ['actor', 'body'] }).notNull(),
    salt: text('salt').notNull(),
    value: jsonb('value').notNull(),
  },
  (table) => [primaryKey({ columns: [table.incident, table.seq, table.part] })],
);

/** Append-only. */
export const checkpoints = pgTable(
  'checkpoints',
  {
    incident: uuid('incident')
      .notNull()
      .references(() => chains.incident),
    seq: integer('seq').notNull(),
    canonical: text('canonical').notNull(),
    signature: text('signature').notNull(),
  },
  (table) => [index('checkpoints_incident').on(table.incident, table.seq)],
);
