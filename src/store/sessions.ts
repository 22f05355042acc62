import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';

import type { Session } from '../domain/session.ts';
import type { Db } from './database.ts';
import { inKeyOrder, isUuid, present } from './rows.ts';
import type { Sessions } from './store.ts';
import { sessions } from './tables/sessions.ts';

/** Reads of the browsers that are signed in. */
export function sessionsStore(db: Db): Sessions {
  return {
    async bySha256(sha256) {
      const [row] = await db.select().from(sessions).where(eq(sessions.sha256, sha256));
      return row && sessionOf(row);
    },

    async unendedOf(person, now) {
      if (!isUuid(person)) return [];
      const rows = await db
        .select()
        .from(sessions)
        .where(
          and(eq(sessions.person, person), isNull(sessions.revokedAt), gt(sessions.expiresAt, now)),
        )
        .orderBy(desc(sessions.startedAt));
      return rows.map(sessionOf);
    },
  };
}

/**
 * Writes sessions. What may change of a stored one is its last use, forwards, and its end, once: a
 * look that was under way while somebody signed out must not bring the session back.
 */
export async function writeSessions(tx: Db, list: readonly Session[]): Promise<void> {
  await inKeyOrder(
    list,
    ({ id }) => id,
    (session) =>
      tx
        .insert(sessions)
        .values({ ...session, revokedAt: session.revokedAt ?? null })
        .onConflictDoUpdate({
          target: sessions.id,
          set: {
            seenAt: sql`greatest(${sessions.seenAt}, excluded.seen_at)`,
            revokedAt: sql`coalesce(${sessions.revokedAt}, excluded.revoked_at)`,
          },
        }),
  );
}

/** Ends all sessions, and answers how many that were. */
export async function voidSessions(tx: Db, at: Date): Promise<number> {
  const voided = await tx
    .update(sessions)
    .set({ revokedAt: at })
    .where(isNull(sessions.revokedAt))
    .returning({ id: sessions.id });
  return voided.length;
}

function sessionOf(row: typeof sessions.$inferSelect): Session {
  const { revokedAt, ...rest } = row;
  return { ...rest, ...present({ revokedAt }) };
}
