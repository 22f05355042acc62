import { and, asc, eq } from 'drizzle-orm';

import type { Lockout } from '../domain/lockout.ts';
import { StaleError } from '../errors.ts';
import type { Db } from './database.ts';
import { testimonyOf } from './revocations.ts';
import { isUuid } from './rows.ts';
import type { Lockouts } from './store.ts';
import { lockouts } from './tables/lockouts.ts';

/** Reads of whom people lock out by hand. */
export function lockoutsStore(db: Db): Lockouts {
  return {
    async ofIncident(incident) {
      if (!isUuid(incident)) return [];
      const rows = await db
        .select()
        .from(lockouts)
        .where(eq(lockouts.incident, incident))
        .orderBy(asc(lockouts.at), asc(lockouts.ref));
      return rows.map(lockoutOf);
    },
  };
}

/** @throws StaleError when one of them was changed since it was loaded */
export async function writeLockouts(tx: Db, list: readonly Lockout[]): Promise<void> {
  for (const lockout of list) {
    const row = rowOf(lockout);
    const same = and(
      eq(lockouts.incident, lockout.incident),
      eq(lockouts.connection, lockout.connection),
      eq(lockouts.user, lockout.user),
      eq(lockouts.revision, lockout.revision),
    );
    const written =
      lockout.revision === 0
        ? await tx.insert(lockouts).values(row).onConflictDoNothing().returning()
        : await tx.update(lockouts).set(row).where(same).returning();
    if (written.length === 0) throw new StaleError(`The lockout of ${lockout.ref}`);
  }
}

function rowOf(lockout: Lockout): typeof lockouts.$inferInsert {
  const { doneByHand, confirmedByHand, revision, ...rest } = lockout;
  return {
    ...rest,
    doneBy: doneByHand?.by ?? null,
    doneAt: doneByHand?.at ?? null,
    doneText: doneByHand?.text ?? null,
    confirmedBy: confirmedByHand?.by ?? null,
    confirmedAt: confirmedByHand?.at ?? null,
    confirmedText: confirmedByHand?.text ?? null,
    revision: revision + 1,
  };
}

function lockoutOf(row: typeof lockouts.$inferSelect): Lockout {
  const { doneBy, doneAt, doneText, confirmedBy, confirmedAt, confirmedText, ...rest } = row;
  const doneByHand = testimonyOf(doneBy, doneAt, doneText);
  const confirmedByHand = testimonyOf(confirmedBy, confirmedAt, confirmedText);
  return {
    ...rest,
    ...(doneByHand ? { doneByHand } : {}),
    ...(confirmedByHand ? { confirmedByHand } : {}),
  };
}
