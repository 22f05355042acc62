import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';

import type { NotHad } from '../../domain/evidence.ts';
import { bytes, instant } from './columns.ts';
import { incidents } from './incidents.ts';

/** Append-only. The bytes are AES-256-GCM with the row's identity as AAD. */
export const evidence = pgTable(
  'evidence',
  {
    id: uuid('id').primaryKey(),
    incident: uuid('incident')
      .notNull()
      .references(() => incidents.id),
    number: integer('number').notNull(),
    title: text('title').notNull(),
    mediaType: text('media_type').notNull(),
    sha256: text('sha256').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    collectedAt: instant('collected_at').notNull(),
    collectedBy: uuid('collected_by'),
    /** Of a workflow these three, of a chat's message the four below. */
    connection: uuid('connection'),
    workflow: text('workflow'),
    workflowName: text('workflow_name'),
    room: text('room'),
    message: text('message'),
    file: text('file'),
    author: text('author'),
    plan: uuid('plan'),
    notHad: jsonb('not_had').$type<readonly NotHad[]>(),
    sealed: bytes('sealed').notNull(),
  },
  (table) => [
    unique('evidence_number').on(table.incident, table.number),
    index('evidence_incident').on(table.incident),
    check(
      'evidence_origin',
      sql`(num_nulls(connection, workflow, workflow_name) = 0
          and num_nonnulls(room, message, file, author) = 0)
        or (num_nonnulls(connection, workflow, workflow_name) = 0
          and num_nulls(room, message, file, author) = 0)`,
    ),
  ],
);
