import { opensRooms } from '../chat/chat.ts';
import { surfaceOf } from '../domain/heard.ts';
import type { Incident } from '../domain/incident.ts';
import { noticeReply } from '../domain/told.ts';
import { PlatformError } from '../errors.ts';
import type { Card, JobData, NewJob, Store } from '../store/store.ts';
import { cardAnew, newCard } from './answer.ts';
import { isForGood } from './for-good.ts';
import type { OpenRoomContext } from './open-room.ts';
import { accountsOf, pageOf } from './open-room.ts';

/** Rooms are looked at so often, in ms. */
const everyMs = 5_000;

/** Asks for the rooms of incidents that changed to be put in order; to be called often. */
export function makeRoomWatch(context: {
  readonly store: Store;
  readonly now: () => Date;
}): () => Promise<void> {
  const seen = new Map<string, number>();
  let lookedAt = 0;
  return async () => {
    const now = context.now().getTime();
    if (now - lookedAt < everyMs) return;
    lookedAt = now;
    const changed = (await context.store.outgoing.ownRooms()).filter(
      ({ room, revision }) => seen.get(room) !== revision,
    );
    if (changed.length === 0) return;
    const jobs = changed.map(({ room, incident, revision }): NewJob => ({
      kind: 'furnish',
      // Whoever sees it first asks; after a restart it is not asked for again.
      id: `${room}@${revision}`,
      data: { incident, room },
    }));
    await context.store.save({ jobs });
    for (const { room, revision } of changed) seen.set(room, revision);
  };
}

/**
 * Asks those in who got a role in an incident since its room was opened, and says above it how it
 * stands now.
 *
 * @throws PlatformError for what is worth another try
 */
export async function furnishAnew(
  context: OpenRoomContext,
  { incident: id, room }: JobData<'furnish'>,
  signal: AbortSignal,
): Promise<void> {
  const incident = await context.store.incidents.forFirebreak(id);
  const name = surfaceOf(room);
  const surface = name && context.surfaces.get(name);
  if (!incident || incident.closedAt || incident.quiet || !surface || !opensRooms(surface)) return;
  const wanted = [...incident.roles.map(({ person }) => person), ...incident.members];
  const people = await accountsOf(context.store, wanted, surface.name);
  try {
    const asked = { incident, people, ...pageOf(context, incident) };
    await tell(context, { incident, room }, await surface.furnish(room, asked, signal));
  } catch (error) {
    // A room that is gone, or archived, is put in order no more.
    if (!(error instanceof PlatformError) || !isForGood(error)) throw error;
    context.onFailure(error);
  }
}

/** What could not be done, said in the room, and not again while it is the same. */
async function tell(
  { store, making, deliver }: OpenRoomContext,
  { incident, room }: { readonly incident: Incident; readonly room: string },
  missing: readonly string[],
): Promise<void> {
  const surface = surfaceOf(room);
  if (missing.length === 0 || surface === undefined) return;
  const card = `missing:${incident.id}`;
  const to = { kind: 'message', room } as const;
  const reply = noticeReply(incident.name, missing, []);
  const one: Card = { surface, to, reply, card, incident: incident.id };
  const [before] = await store.outgoing.onCard(card);
  const anew = before === undefined ? newCard(one, making()) : cardAnew(before, reply, making());
  if (anew === undefined) return;
  await store.save({ outgoing: [anew] });
  await deliver();
}
