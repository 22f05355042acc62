import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import type { Json } from '../../domain/json.ts';
import type { SecurityChange } from '../../domain/security-request.ts';
import { securityRequestStates } from '../../domain/security-request.ts';
import { bytes, instant } from './columns.ts';
import { people } from './people.ts';

/** What admins ask of each other; the digest covers all but the life of a request. */
export const securityRequests = pgTable(
  'security_requests',
  {
    id: uuid('id').primaryKey(),
    number: integer('number').notNull().unique(),
    change: jsonb('change').$type<SecurityChange>().notNull(),
    seen: jsonb('seen').$type<{ readonly is: Json }>().notNull(),
    text: text('text').notNull(),
    policy: integer('policy').notNull(),
    requestedBy: uuid('requested_by')
      .notNull()
      .references(() => people.id),
    requestedAt: instant('requested_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    nonce: text('nonce').notNull(),
    digest: text('digest').notNull(),
    /** A secret that goes with it, until it is decided. */
    sealed: bytes('sealed'),
    state: text('state', { enum: securityRequestStates }).notNull(),
    decidedBy: uuid('decided_by').references(() => people.id),
    decidedAt: instant('decided_at'),
    revision: integer('revision').notNull(),
  },
  // Read with every `me` of an admin.
  (table) => [index('security_requests_state').on(table.state)],
);
