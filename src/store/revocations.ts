import { and, asc, eq } from 'drizzle-orm';

import type { RevocationRecord, Testimony } from '../domain/revocation.ts';
import { StaleError } from '../errors.ts';
import type { Db } from './database.ts';
import { isUuid, present } from './rows.ts';
import type { Revocations } from './store.ts';
import { revocations } from './tables/revocations.ts';

/** Reads of what became of credentials at their providers. */
export function revocationsStore(db: Db): Revocations {
  return {
    async ofIncident(incident) {
      if (!isUuid(incident)) return [];
      const rows = await db
        .select()
        .from(revocations)
        .where(eq(revocations.incident, incident))
        .orderBy(asc(revocations.name), asc(revocations.ref));
      return rows.map(recordOf);
    },
  };
}

/**
 * Writes what became of credentials; the last word of an incident on each is what is kept, what was
 * before is on its timeline.
 *
 * @throws StaleError when one of them was changed since it was loaded
 */
export async function writeRevocations(tx: Db, list: readonly RevocationRecord[]): Promise<void> {
  for (const record of list) {
    const row = rowOf(record);
    const written =
      record.revision === 0
        ? await tx.insert(revocations).values(row).onConflictDoNothing().returning()
        : await tx
            .update(revocations)
            .set(row)
            .where(
              and(
                eq(revocations.incident, record.incident),
                eq(revocations.connection, record.connection),
                eq(revocations.credential, record.credential),
                eq(revocations.revision, record.revision),
              ),
            )
            .returning();
    if (written.length === 0) throw new StaleError(`The revocation of ${record.ref}`);
  }
}

function rowOf(record: RevocationRecord): typeof revocations.$inferInsert {
  const { doneByHand, confirmedByHand, plan, revision, ...rest } = record;
  return {
    ...rest,
    plan: plan ?? null,
    doneBy: doneByHand?.by ?? null,
    doneAt: doneByHand?.at ?? null,
    doneText: doneByHand?.text ?? null,
    confirmedBy: confirmedByHand?.by ?? null,
    confirmedAt: confirmedByHand?.at ?? null,
    confirmedText: confirmedByHand?.text ?? null,
    revision: revision + 1,
  };
}

function recordOf(row: typeof revocations.$inferSelect): RevocationRecord {
  const { doneBy, doneAt, doneText, confirmedBy, confirmedAt, confirmedText, ...rest } = row;
  const doneByHand = testimonyOf(doneBy, doneAt, doneText);
  const confirmedByHand = testimonyOf(confirmedBy, confirmedAt, confirmedText);
  const { plan, ...kept } = rest;
  return {
    ...kept,
    ...present({ plan }),
    ...(doneByHand ? { doneByHand } : {}),
    ...(confirmedByHand ? { confirmedByHand } : {}),
  };
}

/** A person's word, as it is kept in three columns. */
export function testimonyOf(
  by: string | null,
  at: Date | null,
  text: string | null,
): Testimony | undefined {
  return by === null || at === null || text === null ? undefined : { by, at, text };
}
