import type { Dispatch, Reply } from '../chat/chat.ts';
import type { ChatRefusal } from '../domain/chat-refusal.ts';
import type { Heard, IdentityId } from '../domain/heard.ts';
import { surfaceOf } from '../domain/heard.ts';
import { homeCardOf } from '../domain/outgoing.ts';
import { noticeReply } from '../domain/told.ts';
import type { Card, Store } from '../store/store.ts';
import { cardAnew, newCard } from './answer.ts';
import type { HearContext } from './hearing.ts';
import { callerOf, making, markOf } from './hearing.ts';
import type { LiveContext } from './live-card.ts';

/** Pages that are open are looked at so often, in ms. */
const everyMs = 10_000;
/** So long after it was opened a page is kept up to date, in ms; opened again it is made anew. */
const keptUpMs = 12 * 60 * 60_000;

/** Shows somebody their own page of the app; why not, where they are not heard. */
export async function openHome(
  context: HearContext,
  heard: Heard,
  refusal: ChatRefusal | undefined,
): Promise<void> {
  const { surface, speaker } = heard;
  const reply = refusal ? refusal.problem : await homeOf(context, speaker.id);
  const homeOpenedAt = context.now().toISOString();
  const to = { kind: 'direct', identity: speaker.id, homeOpenedAt } as const;
  const card = homeCardOf(speaker.id);
  await context.store.save({
    heardMarks: [{ ...markOf(context, heard), as: 'answered' }],
    outgoing: reply ? [newCard({ surface, to, reply, card }, making(context))] : [],
  });
}

/** Keeps the pages up to date that people opened; to be called often, and looks now and then. */
export function makeHomes(context: LiveContext): () => Promise<void> {
  const seen = new Map<string, number>();
  let lookedAt = 0;
  return async () => {
    const { now } = context.making();
    if (now.getTime() - lookedAt < everyMs) return;
    lookedAt = now.getTime();
    const since = new Date(now.getTime() - keptUpMs);
    const { cards, entries } = await context.store.outgoing.openHomes(since);
    for (const card of cards) {
      if (seen.get(card.card) === entries) continue;
      // Set first: what fails by a bug is tried again when something has changed.
      seen.set(card.card, entries);
      await bringUpToDate(context, card).catch(context.onFailure);
    }
  };
}

async function bringUpToDate(context: LiveContext, card: Card): Promise<void> {
  if (card.to.kind !== 'direct') return;
  const reply = await homeOf(context, card.to.identity);
  const anew = cardAnew(card, reply, context.making());
  if (anew) await context.store.save({ outgoing: [anew] });
}

/** What waits for a person, as `me` says it. */
async function homeOf(
  { store, dispatch }: { readonly store: Store; readonly dispatch: Dispatch },
  identity: IdentityId,
): Promise<Reply> {
  const person = await store.identities.personOf(identity);
  const surface = surfaceOf(identity);
  if (person === undefined || surface === undefined) {
    const words = [
      'Nothing is known of your account here yet.',
      'Say `me link` in a room to link it.',
    ];
    return noticeReply('Firebreak', words, []);
  }
  return dispatch(callerOf(person, { identity, room: identity, surface }), 'me');
}
