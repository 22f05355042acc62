import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import type { Grant, Permission } from '../../domain/person.ts';
import { permissions } from '../../domain/person.ts';
import { instant } from './columns.ts';

/** Its instant is ISO text; it becomes a date again in `store/people.ts`. */
export type StoredGrant = Omit<Grant, 'at'> & { readonly at: string };

export const people = pgTable(
  'people',
  {
    id: uuid('id').primaryKey(),
    handle: text('handle').notNull(),
    name: text('name').notNull(),
    permissions: text('permissions', { enum: permissions }).array().notNull(),
    grants: jsonb('grants').$type<Partial<Record<Permission, StoredGrant>>>(),
    timeZone: text('time_zone'),
    /** The chat account that a guest is. */
    guestOf: text('guest_of').unique(),
    addedAt: instant('added_at').notNull(),
    disabledAt: instant('disabled_at'),
    adminUntil: instant('admin_until'),
    revision: integer('revision').notNull(),
  },
  (table) => [uniqueIndex('people_handle').on(sql`lower(${table.handle})`)],
);

export const personTokens = pgTable('person_tokens', {
  id: uuid('id').primaryKey(),
  person: uuid('person')
    .notNull()
    .references(() => people.id),
  kind: text('kind', { enum: ['cli', 'invitation', 'link'] }).notNull(),
  sha256: text('sha256').notNull().unique(),
  issuedAt: instant('issued_at').notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
});
