import { pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { instant } from './columns.ts';

/** One row: who this installation is. */
export const instance = pgTable('instance', {
  id: uuid('id').primaryKey(),
  createdAt: instant('created_at').notNull(),
  timeZone: text('time_zone').notNull(),
  operator: uuid('operator').notNull(),
  /** Says which key sealed its secrets, so that another one is noticed at start, not at 03:00. */
  sealingKeyId: text('sealing_key_id').notNull(),
});

/** Public signing keys, so that old checkpoints stay verifiable after a rotation. */
export const signingKeys = pgTable('signing_keys', {
  keyId: text('key_id').primaryKey(),
  publicKeyPem: text('public_key_pem').notNull(),
  addedAt: instant('added_at').notNull(),
});
