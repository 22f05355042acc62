import { and, desc, eq, isNotNull } from 'drizzle-orm';

import { surfaceOf } from '../domain/heard.ts';
import type { Incident } from '../domain/incident.ts';
import { liveCardOf } from '../domain/outgoing.ts';
import { noticeReply } from '../domain/told.ts';
import type { Db } from './database.ts';
import { writeOutgoing } from './outgoing.ts';
import type { Scribe } from './scribe.ts';
import { outgoing } from './tables/chats.ts';

/** What stands in place of how an incident is, where more may read it than its people. */
const blank = noticeReply(
  'This incident is private now.',
  ['How it stands is told to its people alone. What was said here before stays as it is.'],
  [],
);

/**
 * Takes from the live cards of incidents that are private what they showed while everyone could see
 * it: such a card is written no more, and would tell its last content for ever.
 */
export async function blankCards(
  tx: Db,
  { newId, now }: Pick<Scribe, 'newId' | 'now'>,
  incidents: readonly Incident[],
): Promise<void> {
  for (const { id } of incidents.filter(({ visibility }) => visibility === 'private')) {
    const card = liveCardOf(id);
    const shown = await tx
      .selectDistinctOn([outgoing.lane], { room: outgoing.lane, reply: outgoing.reply })
      .from(outgoing)
      .where(and(eq(outgoing.card, card), isNotNull(outgoing.reference)))
      .orderBy(outgoing.lane, desc(outgoing.position));
    const isTelling = shown.filter(({ reply }) => reply !== JSON.stringify(blank));
    await writeOutgoing(
      tx,
      isTelling.flatMap(({ room }) => {
        const surface = surfaceOf(room);
        if (surface === undefined) return [];
        const at = now();
        const to = { kind: 'message', room } as const;
        return [
          {
            id: newId(),
            surface,
            to,
            reply: blank,
            buttons: [],
            buttonsUntil: at,
            urgent: true,
            card,
            incident: id,
            at,
          },
        ];
      }),
    );
  }
}
