import { and, eq, gt, isNull, or } from 'drizzle-orm';

import type { Buttons } from './chats.ts';
import type { Db } from './database.ts';
import { buttons } from './tables/chats.ts';

/** Presses of buttons: each is good once, for one event. */
export function buttonsStore(db: Db): Buttons {
  return {
    async press(key, { heard, by, at }) {
      const [pressed] = await db
        .update(buttons)
        .set({ pressedBy: by, pressedAt: at, heard })
        .where(
          and(
            eq(buttons.key, key),
            gt(buttons.expiresAt, at),
            or(isNull(buttons.pressedAt), eq(buttons.heard, heard)),
          ),
        )
        .returning();
      if (pressed !== undefined) {
        return { kind: 'pressed', line: pressed.line, card: pressed.card };
      }
      const [row] = await db.select().from(buttons).where(eq(buttons.key, key));
      if (row === undefined) return { kind: 'unknown' };
      const { pressedBy, pressedAt } = row;
      if (pressedBy === null || pressedAt === null) return { kind: 'expired' };
      return { kind: 'used', by: pressedBy, at: pressedAt };
    },
  };
}

/** A press that came to nothing leaves its button to others. */
export async function releaseButtons(tx: Db, events: readonly string[]): Promise<void> {
  for (const heard of events) {
    await tx
      .update(buttons)
      .set({ pressedBy: null, pressedAt: null, heard: null })
      .where(eq(buttons.heard, heard));
  }
}
