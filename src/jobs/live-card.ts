import type { Dispatch, Reply, Room } from '../chat/chat.ts';
import type { ChatSurface } from '../domain/heard.ts';
import type { Incident, IncidentId } from '../domain/incident.ts';
import { holderOf } from '../domain/role.ts';
import type { LiveCard, Store } from '../store/store.ts';
import { asOf, cardAnew } from './answer.ts';
import type { Answering } from './answer.ts';

/** Live cards are looked at so often, in ms: chats take no more edits than that. */
const everyMs = 5_000;

export type LiveContext = {
  readonly store: Store;
  readonly dispatch: Dispatch;
  readonly making: () => Answering;
  readonly onFailure: (error: unknown) => void;
};

/** How an incident stands, as its room is shown it: as whoever leads it would be. */
export async function standingOf(
  { store, dispatch, making }: Pick<LiveContext, 'store' | 'dispatch' | 'making'>,
  incident: Incident,
  at: { readonly room: Room; readonly surface: ChatSurface },
): Promise<Reply | undefined> {
  const leader = holderOf(incident, 'commander') ?? incident.declaredBy;
  const person = await store.people.byId(leader);
  if (person === undefined) return undefined;
  const caller = { person, room: at.room, source: at.surface, incident: incident.id };
  const reply = await dispatch(caller, 'status');
  return reply.kind === 'view' ? asOf(reply, making().now) : undefined;
}

/** Keeps the live cards of incidents up to date; to be called often, and looks now and then. */
export function makeLiveCards(context: LiveContext): () => Promise<void> {
  const shown = new Map<IncidentId, number>();
  let lookedAt = 0;
  return async () => {
    const { now } = context.making();
    if (now.getTime() - lookedAt < everyMs) return;
    lookedAt = now.getTime();
    const cards = await context.store.outgoing.liveCards(now);
    for (const card of cards) {
      const [last] = await context.store.timeline.latest(card.incident, 1);
      if (last === undefined || shown.get(card.incident) === last.seq) continue;
      // Set first: what fails by a bug is tried again when something has changed.
      shown.set(card.incident, last.seq);
      await bringUpToDate(context, card).catch(context.onFailure);
    }
  };
}

async function bringUpToDate(context: LiveContext, card: LiveCard): Promise<void> {
  const { store, making } = context;
  const incident = await store.incidents.forFirebreak(card.incident);
  if (incident === undefined || card.to.kind !== 'message') return;
  const at = { room: card.to.room, surface: card.surface };
  const reply = await standingOf(context, incident, at);
  const anew = reply && cardAnew(card, reply, making());
  if (anew) await store.save({ outgoing: [anew] });
}
