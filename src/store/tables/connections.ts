import { sql } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import type { Capabilities, Coverage } from '../../domain/connection.ts';
import { environments, platformKinds } from '../../domain/connection.ts';
import { bytes, instant } from './columns.ts';

export const connections = pgTable(
  'connections',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    kind: text('kind', { enum: platformKinds }).notNull(),
    baseUrl: text('base_url').notNull(),
    privateHostAllowed: boolean('private_host_allowed').notNull(),
    environment: text('environment', { enum: environments }).notNull(),
    epoch: integer('epoch').notNull(),
    /** The first epoch at this address; null for rows from before this was kept. */
    addressSince: integer('address_since'),
    capabilities: jsonb('capabilities').$type<Capabilities>().notNull(),
    missing: text('missing').array().notNull(),
    version: text('version'),
    connectedAt: instant('connected_at').notNull(),
    syncedAt: instant('synced_at'),
    watchedAt: instant('watched_at'),
    watchRestsUntil: instant('watch_rests_until'),
    coverage: jsonb('coverage').$type<Coverage>(),
    revision: integer('revision').notNull(),
  },
  (table) => [uniqueIndex('connections_name').on(sql`lower(${table.name})`)],
);

/** AES-256-GCM with the row's identity as AAD. The key is not in the database. */
export const connectionSecrets = pgTable('connection_secrets', {
  connection: uuid('connection')
    .primaryKey()
    .references(() => connections.id),
  sealed: bytes('sealed').notNull(),
});
