import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { instant } from './columns.ts';
import { people } from './people.ts';

/** A signed-in browser. Only the SHA-256 of its cookie is kept. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    sha256: text('sha256').notNull().unique(),
    person: uuid('person')
      .notNull()
      .references(() => people.id),
    startedAt: instant('started_at').notNull(),
    /** Idle expiry counts from here. */
    seenAt: instant('seen_at').notNull(),
    /** Absolute expiry. */
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    /** What the browser called itself, to recognise it in the list. */
    userAgent: text('user_agent').notNull(),
  },
  (table) => [index('sessions_person').on(table.person)],
);
