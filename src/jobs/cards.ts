import type { Incident } from '../domain/incident.ts';
import type { Destination } from '../domain/outgoing.ts';
import type { Card, Store } from '../store/store.ts';

/** How many events of an incident are searched for rooms that left it. */
const eventsRead = 1_000;

/** True for what more than its reader sees. */
export function isShared({ to }: { readonly to: Destination }): boolean {
  return to.kind === 'message' || (to.kind === 'answer' && !to.forAsker);
}

/**
 * Those of the cards of one answer that may be changed now: none while their incident is quiet or
 * private, and none in a room that is told of it no more.
 */
export async function openCards(
  { incidents, timeline }: Pick<Store, 'incidents' | 'timeline'>,
  cards: readonly Card[],
): Promise<readonly Card[]> {
  const shared = cards.filter(isShared);
  const about = shared[0]?.incident;
  const incident = about === undefined ? undefined : await incidents.forFirebreak(about);
  if (incident === undefined) return shared;
  if (incident.quiet === true || incident.visibility === 'private') return [];
  const rooms = await incidents.roomsOf(incident.id);
  const elsewhere = shared.filter((card) => !rooms.includes(roomOf(card)));
  if (elsewhere.length === 0) return shared;
  const left = await leftBy(timeline, incident);
  // Who asked from a room that never was one of the incident's reads the answer there.
  const isOpen = (card: Card) => card.to.kind === 'answer' && !left.has(roomOf(card));
  return shared.filter((card) => !elsewhere.includes(card) || isOpen(card));
}

async function leftBy(
  timeline: Store['timeline'],
  { id }: Incident,
): Promise<ReadonlySet<unknown>> {
  const events = await timeline.latest(id, eventsRead);
  return new Set(
    events.flatMap(({ kind, data }) => (kind === 'room_left' ? [data?.['room']] : [])),
  );
}

function roomOf({ to }: Card): string {
  return to.kind === 'direct' ? to.identity : to.room;
}
