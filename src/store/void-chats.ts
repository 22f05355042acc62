import { and, isNull } from 'drizzle-orm';

import type { Db } from './database.ts';
import { heard, outgoing } from './tables/chats.ts';

/**
 * What waited when a backup was taken: since then it was said, answered and sent, or it is about
 * what is no more. So after a restore nothing of it is said or sent again.
 */
export async function voidChats(tx: Db, now: Date): Promise<void> {
  await tx
    .update(heard)
    .set({ answeredAt: now, refused: 'restored' })
    .where(isNull(heard.answeredAt));
  await tx
    .update(outgoing)
    .set({ dropped: 'A backup was restored.' })
    .where(and(isNull(outgoing.sentAt), isNull(outgoing.dropped)));
}
