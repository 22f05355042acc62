import type { ReadsBack } from '../chat/chat.ts';
import { surfaceOf } from '../domain/heard.ts';
import type { Store } from '../store/store.ts';

/** So far back chats are read, in ms: less than what was heard is kept, so that it is known again. */
const backMs = 2 * 24 * 60 * 60_000;
/** How many events of an incident are searched for the same words. */
const eventsRead = 10_000;

/** Tells a surface which rooms to read once it hears again, and what it heard there before. */
export function makeReadBack({
  store,
  now,
}: {
  readonly store: Pick<Store, 'heard' | 'incidents' | 'timeline' | 'save'>;
  readonly now: () => Date;
}): ReadsBack {
  return {
    rooms: async (surface) => {
      const from = new Date(now().getTime() - backMs);
      const open = await store.incidents.openRooms(surface);
      const pointed = open.length === 0 ? [] : await store.heard.pointedAt(surface, from);
      return open.map(({ room, declaredAt }) => ({
        room,
        since: from,
        declaredAt,
        pointed: pointed.filter((one) => one.room === room),
      }));
    },

    untold: async (room, why) => {
      const surface = surfaceOf(room);
      const incident = await store.incidents.ofRoom(room);
      if (incident === undefined || surface === undefined) return;
      const events = await store.timeline.latest(incident.id, eventsRead);
      const last = events.findLast(
        ({ kind, data }) => kind === 'chat_not_read' && data?.['room'] === room,
      );
      // Each start would say the same of a room that cannot be read.
      if (last?.text === why) return;
      const event = { chain: incident.id, kind: 'chat_not_read', text: why, data: { room } };
      await store.save({
        events: [{ ...event, actor: { kind: 'firebreak' }, source: surface, occurredAt: now() }],
      });
    },
  };
}
