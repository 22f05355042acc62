import { index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';

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
    connection: uuid('connection').notNull(),
    workflow: text('workflow').notNull(),
    workflowName: text('workflow_name').notNull(),
    plan: uuid('plan'),
    notHad: jsonb('not_had').$type<readonly NotHad[]>(),
    sealed: bytes('sealed').notNull(),
  },
  (table) => [
    unique('evidence_number').on(table.incident, table.number),
    index('evidence_incident').on(table.incident),
  ],
);
