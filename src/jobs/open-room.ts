import type { ChatSurface, NewRoom, OpenedRoom, OpensRooms, Reply, Surface } from '../chat/chat.ts';
import { opensRooms } from '../chat/chat.ts';
import type { IdentityId } from '../domain/heard.ts';
import { surfaceOf } from '../domain/heard.ts';
import type { Incident } from '../domain/incident.ts';
import { liveCardOf } from '../domain/outgoing.ts';
import type { PersonId } from '../domain/person.ts';
import { may } from '../domain/person.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { noticeReply } from '../domain/told.ts';
import { PlatformError } from '../errors.ts';
import type { JobData, NewOutgoing, Store } from '../store/store.ts';
import { newCard } from './answer.ts';
import { isForGood } from './for-good.ts';
import type { LiveContext } from './live-card.ts';
import { standingOf } from './live-card.ts';

/** So long after an incident was declared a room is still tried for, in ms. */
const triedForMs = 15 * 60_000;
/** How many events of an incident are searched for the room that was opened for it. */
const eventsRead = 1_000;

export type OpenRoomContext = LiveContext & {
  readonly surfaces: ReadonlyMap<ChatSurface, Surface>;
  /** Sends what was stored to leave. */
  readonly deliver: () => Promise<void>;
  /** Where browsers elsewhere find the console. */
  readonly publicUrl?: string;
};

type Opening = {
  readonly incident: Incident;
  readonly surface: OpensRooms;
  readonly asked: NewRoom;
  readonly data: JobData<'room'>;
};

/**
 * Opens a room of its own for an incident, where its live card is pinned and its people are asked
 * in. Where that cannot be done it is told, and the incident lives on where it was declared.
 *
 * @throws PlatformError for what is worth another try
 */
export async function openRoom(
  context: OpenRoomContext,
  data: JobData<'room'>,
  signal: AbortSignal,
): Promise<void> {
  const incident = await context.store.incidents.forFirebreak(data.incident);
  const surface = context.surfaces.get(data.surface);
  if (incident === undefined || incident.closedAt || !surface || !opensRooms(surface)) return;
  const opening = { incident, surface, asked: await askedFor(context, incident, data), data };
  const room = (await openedBefore(context, incident)) ?? (await open(context, opening, signal));
  if (room !== undefined) await furnish(context, opening, room, signal);
  await context.deliver();
}

async function open(
  context: OpenRoomContext,
  opening: Opening,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { incident, surface, asked, data } = opening;
  try {
    const opened = await surface.openRoom(asked, signal);
    await keep(context, opening, opened);
    await context.deliver();
    return opened.room;
  } catch (error) {
    const { message } = lastWord(context, incident, error);
    const text = `No room of its own could be opened for ${incident.name}: ${message}`;
    await context.store.save({
      events: [eventOf(context, incident, { kind: 'room_not_opened', text })],
      outgoing: [tell(context, opening, 'room', [text, 'The incident goes on here.'])],
    });
    context.onFailure(new PlatformError(data.surface, 'refused', message));
    return undefined;
  }
}

/** From here on the room is the incident's, and has its card. */
async function keep(
  context: OpenRoomContext,
  opening: Opening,
  { room, name }: OpenedRoom,
): Promise<void> {
  const { incident, data } = opening;
  const { surface } = data;
  const text = `The room ${name} was opened for this incident.`;
  const words = [`${incident.name} has a room of its own now: ${name}`];
  const card = newCard(
    {
      surface,
      to: { kind: 'message', room, isPinned: true },
      reply: await cardFor(context, incident, { room, surface }),
      card: liveCardOf(incident.id),
      incident: incident.id,
    },
    context.making(),
  );
  await context.store.save({
    rooms: [{ room, incident: incident.id }],
    events: [eventOf(context, incident, { kind: 'room_opened', text, data: { room } })],
    outgoing: [tell(context, opening, 'room', words), card],
  });
}

async function cardFor(
  context: OpenRoomContext,
  incident: Incident,
  at: Parameters<typeof standingOf>[2],
): Promise<Reply> {
  const { name, title, visibility } = incident;
  const next = [`status ${name}`];
  if (visibility === 'private') {
    return noticeReply(name, ['It is private: what is answered here, its asker alone sees.'], next);
  }
  return (await standingOf(context, incident, at)) ?? noticeReply(`${name} ${title}`, [], next);
}

async function furnish(
  context: OpenRoomContext,
  opening: Opening,
  room: string,
  signal: AbortSignal,
): Promise<void> {
  const { incident, surface, asked } = opening;
  const missing = await surface
    .furnish(room, asked, signal)
    .catch((error: unknown) => [lastWord(context, incident, error).message]);
  if (missing.length === 0) return;
  await context.store.save({ outgoing: [tell(context, opening, 'furnish', missing)] });
}

/** The failure after which nobody tries again. @throws the error while trying again makes sense */
function lastWord({ making }: OpenRoomContext, { declaredAt }: Incident, error: unknown) {
  if (!(error instanceof PlatformError)) throw error;
  const isLate = making().now.getTime() - declaredAt.getTime() > triedForMs;
  if (!isLate && !isForGood(error)) throw error;
  return error;
}

/** Said where it was declared; said again it takes the place of what was said before. */
function tell(
  { making }: OpenRoomContext,
  { incident, data }: Opening,
  of: 'room' | 'furnish',
  words: readonly string[],
): NewOutgoing {
  const reply = noticeReply(incident.name, words, []);
  const card = `${of}:${incident.id}`;
  const place = { surface: data.surface, to: data.told, incident: incident.id };
  return { ...newCard({ ...place, reply, card }, making()), heard: data.heard };
}

function eventOf(
  { making }: OpenRoomContext,
  { id }: Incident,
  event: Pick<NewTimelineEvent, 'kind' | 'text' | 'data'>,
): NewTimelineEvent {
  const actor = { kind: 'firebreak' } as const;
  return { chain: id, actor, source: 'job', occurredAt: making().now, ...event };
}

async function openedBefore(
  { store }: OpenRoomContext,
  { id }: Incident,
): Promise<string | undefined> {
  const events = await store.timeline.latest(id, eventsRead);
  const room = events.find(({ kind }) => kind === 'room_opened')?.data?.['room'];
  return typeof room === 'string' ? room : undefined;
}

/** Whoever declared it, its people, and for an open one those who can say yes to its plans. */
async function askedFor(
  context: OpenRoomContext,
  incident: Incident,
  { surface, told }: JobData<'room'>,
): Promise<NewRoom> {
  const { store } = context;
  const all = await store.people.list();
  const approvers = all.filter((person) => !person.disabledAt && may(person, 'approver'));
  const wanted = [
    ...incident.roles.map(({ person }) => person),
    ...incident.members,
    ...(incident.visibility === 'private' ? [] : approvers.map(({ id }) => id)),
  ];
  const people = [...new Set([told.asker, ...(await accountsOf(store, wanted, surface))])];
  return { incident, near: told.room, people, ...pageOf(context, incident) };
}

/** The accounts that these people have there, each once. */
export async function accountsOf(
  store: Store,
  people: readonly PersonId[],
  surface: ChatSurface,
): Promise<readonly IdentityId[]> {
  const links = await Promise.all([...new Set(people)].map((one) => store.identities.of(one)));
  const accounts = links.flat().map(({ identity }) => identity);
  return accounts.filter((one) => surfaceOf(one) === surface);
}

/** Where browsers elsewhere find the page of an incident. */
export function pageOf(
  { publicUrl }: OpenRoomContext,
  { name }: Incident,
): { readonly page?: string } {
  return publicUrl === undefined ? {} : { page: `${publicUrl}/incidents/${name}` };
}
