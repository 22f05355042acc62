import { asc, eq, inArray } from 'drizzle-orm';

import { buttonMs } from '../domain/button.ts';
import type { ChatSurface } from '../domain/heard.ts';
import { surfaceOf } from '../domain/heard.ts';
import type { Notice } from '../domain/notice.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { instanceChain } from '../domain/timeline.ts';
import { isChatter, isToldInRooms, isUrgent, noticeReply, toldReply } from '../domain/told.ts';
import type { NewOutgoing } from './chats.ts';
import type { Db } from './database.ts';
import { writeOutgoing } from './outgoing.ts';
import type { Scribe } from './scribe.ts';
import { identities } from './tables/chats.ts';
import { incidents, rooms } from './tables/incidents.ts';

/** Tells rooms of chats what was recorded of their incident, in the transaction that records it. */
export async function tellRooms(
  tx: Db,
  { newId, now }: Pick<Scribe, 'newId' | 'now'>,
  events: readonly TimelineEvent[],
): Promise<void> {
  const told = events.filter((event) => event.chain !== instanceChain && isToldInRooms(event));
  for (const [chain, ofIncident] of Map.groupBy(told, (event) => event.chain)) {
    const rows = await tx
      .select({ room: rooms.room, incident: incidents })
      .from(rooms)
      .innerJoin(incidents, eq(incidents.id, rooms.incident))
      .where(eq(rooms.incident, chain))
      .orderBy(asc(rooms.room));
    const at = now();
    const messages = rows.flatMap(({ room, incident }): readonly NewOutgoing[] => {
      const surface = surfaceOf(room);
      // A room may hold others than the people of a private incident.
      const isSilent = incident.quiet || incident.visibility === 'private';
      if (surface === undefined || isSilent) return [];
      const id = newId();
      return [
        {
          ...plain(id, surface, at),
          to: {
            kind: 'message',
            room,
            ...(ofIncident.every(isChatter) ? { isBelowCard: true } : {}),
          },
          reply: toldReply(incident, ofIncident),
          urgent: ofIncident.some(isUrgent),
          incident: incident.id,
        },
      ];
    });
    await writeOutgoing(tx, messages);
  }
}

/**
 * Tells people their notices in the chats to which they are linked. No line is taken there, so what
 * they go on with is a button.
 */
export async function tellPeople(
  tx: Db,
  { newId, now, randomBytes }: Pick<Scribe, 'newId' | 'now' | 'randomBytes'>,
  list: readonly Notice[],
): Promise<void> {
  if (list.length === 0) return;
  const linked = await tx
    .select()
    .from(identities)
    .where(inArray(identities.person, [...new Set(list.map(({ person }) => person))]));
  if (linked.length === 0) return;
  const about = await tx
    .select({ id: incidents.id, name: incidents.name, quiet: incidents.quiet })
    .from(incidents)
    .where(inArray(incidents.id, [...new Set(list.flatMap(({ incident }) => incident ?? []))]));
  const at = now();
  const messages = list.flatMap((notice) => {
    const incident = about.find(({ id }) => id === notice.incident);
    const isOfInstance = notice.incident === undefined;
    if (!isOfInstance && (incident === undefined || incident.quiet)) return [];
    const [name, next] = incident ? [incident.name, `status ${incident.name}`] : ownWords;
    return linked
      .filter(({ person }) => person === notice.person)
      .flatMap(({ identity }): readonly NewOutgoing[] => {
        const surface = surfaceOf(identity);
        if (surface === undefined) return [];
        return [
          {
            ...plain(newId(), surface, at),
            to: { kind: 'direct', identity },
            reply: noticeReply(name, [notice.text], [next]),
            buttons: [
              { line: next, key: Buffer.from(randomBytes(keyBytes)).toString('base64url') },
            ],
            buttonsUntil: new Date(at.getTime() + buttonMs),
            urgent: notice.urgent,
            ...(incident ? { incident: incident.id } : {}),
          },
        ];
      });
  });
  await writeOutgoing(tx, messages);
}

/** Nobody guesses the key of a button. */
const keyBytes = 16;

/** Title and next line of what is about no incident. */
const ownWords = ['Firebreak’s own security', 'me'] as const;

function plain(id: string, surface: ChatSurface, at: Date) {
  return { id, card: id, surface, buttons: [], buttonsUntil: at, at };
}
