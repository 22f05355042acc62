import { and, isNotNull, isNull, sql } from 'drizzle-orm';

import type { Db } from './database.ts';
import { heard, lanes } from './tables/chats.ts';

/** What was on its way to a chat when its process died has arrived after this, in ms, or never will. */
export const onItsWayMs = 10_000;

/**
 * Frees what a process had taken that is dead for certain: who opens an embedded database has it
 * alone. Else all of it would wait until the time is over for which it was taken. Where something was
 * on its way, it is given the time to arrive before anybody looks whether it did.
 */
export async function freeLeftBehind(db: Db, now: Date): Promise<void> {
  const at = now.toISOString();
  await db
    .update(lanes)
    .set({
      takenBy: null,
      takenUntil: sql`least(${lanes.takenUntil}, greatest(${at}::timestamptz, (
        select max(sending_at) + ${onItsWayMs} * interval '1 millisecond' from outgoing
        where outgoing.lane = ${lanes.lane} and sent_at is null and dropped is null)))`,
    })
    .where(isNotNull(lanes.takenBy));
  await db
    .update(heard)
    .set({ takenUntil: sql`least(${heard.takenUntil}, ${at}::timestamptz)` })
    .where(and(isNotNull(heard.takenBy), isNull(heard.answeredAt)));
}
