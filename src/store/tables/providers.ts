import { boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import { providerKinds } from '../../domain/provider.ts';
import { bytes } from './columns.ts';
import { connections } from './connections.ts';

/** The ways to the providers of credentials. The secrets are sealed as those of connections are. */
export const providers = pgTable(
  'providers',
  {
    connection: uuid('connection')
      .notNull()
      .references(() => connections.id),
    /** The platform's own id. */
    credential: text('credential').notNull(),
    kind: text('kind', { enum: providerKinds }).notNull(),
    baseUrl: text('base_url').notNull(),
    privateHostAllowed: boolean('private_host_allowed').notNull(),
    account: text('account'),
    sealed: bytes('sealed').notNull(),
    revision: integer('revision').notNull(),
  },
  (table) => [primaryKey({ columns: [table.connection, table.credential] })],
);
