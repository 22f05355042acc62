import type { ChatSurface, Heard, Reply, Room } from '../chat/chat.ts';
import { buttonMs, buttonsOf as pressable } from '../domain/button.ts';
import { surfaceOf } from '../domain/heard.ts';
import type { Incident, IncidentId } from '../domain/incident.ts';
import type { Destination } from '../domain/outgoing.ts';
import type { Text } from '../domain/spans.ts';
import { inline } from '../domain/spans.ts';
import { shownInstant } from '../domain/watch.ts';
import type { Card, NewButton, NewFollow, NewOutgoing } from '../store/store.ts';

/** What was answered is looked at again after this, in ms, then after more and more. */
const firstFollowMs = 1_000;
const followAtMostMs = 15_000;
/** So long after it was said nobody looks any more, in ms. */
const followedMs = 12 * 60 * 60_000;
/** More than any chat shows on one message. */
const mostButtons = 100;
const lineCharacters = 200;

/** What answers are made with. */
export type Answering = {
  readonly now: Date;
  readonly newId: () => string;
  /** A short key that nobody guesses. */
  readonly newKey: () => string;
};

/** What one line came to, and who must see it. */
export type Answered = {
  readonly heard: Heard;
  readonly reply: Reply;
  /** Who said it, and what, without secrets: others see it above the answer. */
  readonly by: string;
  readonly line: string;
  /** Lines that others may say to it, besides those that its asker may. */
  readonly forOthers: readonly string[];
  /** The incident that was changed, with all rooms that are about it. */
  readonly incident?: Incident;
  /** The incident that its buttons are about. */
  readonly about?: IncidentId;
  readonly rooms: readonly Room[];
};

/**
 * What leaves for one line: an answer where it was said, and for a change the same in every other
 * room of its incident. Where the incident is quiet or private only the asker hears.
 */
export function answersOf(answered: Answered, making: Answering): readonly NewOutgoing[] {
  const { heard, reply, incident, rooms } = answered;
  // The second net: commands that are told of a private incident answer their asker anyway.
  const isForRooms = incident?.quiet !== true && incident?.visibility !== 'private';
  const isShared = reply.kind === 'view' && reply.audience === 'room' && isForRooms;
  const shared = isShared ? forAll(answered, reply) : reply;
  const buttons = buttonsOf(shared, making);
  const one = (to: Destination, surface: ChatSurface): NewOutgoing => ({
    id: making.newId(),
    surface,
    to,
    reply: shared,
    buttons,
    buttonsUntil: new Date(making.now.getTime() + buttonMs),
    urgent: buttons.some(({ line }) => line.startsWith('contain approve')),
    card: cardOf(heard.id),
    ...(to.kind === 'answer' ? { heard: heard.id } : {}),
    ...(answered.about === undefined ? {} : { incident: answered.about }),
    at: making.now,
  });
  const { room, thread, speaker } = heard;
  const here: Destination = heard.isAtHome
    ? { kind: 'direct', identity: speaker.id }
    : {
        kind: 'answer',
        room,
        ...(thread === undefined ? {} : { thread }),
        asker: speaker.id,
        forAsker: !isShared,
      };
  const others = isShared ? rooms.filter((other) => other !== room) : [];
  return [
    one(here, heard.surface),
    ...others.flatMap((other) => {
      const surface = surfaceOf(other);
      return surface ? [one({ kind: 'message', room: other }, surface)] : [];
    }),
  ];
}

/** An answer as everyone in a room sees it: who said what, and what others may say to it. */
function forAll({ by, line, forOthers }: Answered, reply: ViewReply): ViewReply {
  const next = [...new Set([...forOthers, ...reply.next])];
  return withWords({ ...reply, next }, inline`@${by}: ${cut(line)}`);
}

/** The card on which an event is answered. */
export function cardOf(heard: string): string {
  return `heard:${heard}`;
}

/** A card that was used: without its buttons, and with who pressed. */
export function usedCard(card: Card, words: string, making: Answering): NewOutgoing {
  const { reply } = card;
  const used = reply.kind === 'view' ? { ...withWords(reply, words), next: [] } : reply;
  return rewritten(card, used, [], making);
}

/** What is on a card now, in place of what was there; undefined when that is the same. */
export function cardAnew(card: Card, reply: Reply, making: Answering): NewOutgoing | undefined {
  const isSame = JSON.stringify(reply) === JSON.stringify(card.reply);
  return isSame ? undefined : rewritten(card, reply, buttonsOf(reply, making), making);
}

/** What stands where nobody asks again, and of when it is: ages in it count from then. */
export function asOf<R extends Reply>(reply: R, now: Date): R {
  if (reply.kind !== 'view') return reply;
  const text = `As of ${shownInstant(now)}; ages count from then.`;
  return { ...reply, blocks: [...reply.blocks, { kind: 'text', text }] };
}

/** When an answer that tells of something unfinished is brought up to date, and how. */
export function followOf(
  heard: Heard,
  reply: Reply,
  after: { readonly root: string; readonly times: number; readonly now: Date },
): NewFollow | undefined {
  if (reply.kind !== 'view' || reply.outcome !== 'open' || reply.follow === undefined) return;
  const { root, times, now } = after;
  if (now.getTime() - heard.at.getTime() > followedMs) return;
  const { answer: _answer, ...event } = heard;
  const waitMs = Math.min(firstFollowMs * 1.5 ** times, followAtMostMs);
  return {
    heard: {
      ...event,
      id: `follow:${times + 1}:${root}`,
      said: { kind: 'line', line: reply.follow },
    },
    follows: root,
    due: new Date(now.getTime() + waitMs),
  };
}

/** How often the answer of an event was brought up to date, by the id that `followOf` gave. */
export function timesFollowed(id: string): number {
  return Number(/^follow:(\d+):/.exec(id)?.[1] ?? 0);
}

/** What is first said on a card of its own. */
export function newCard(card: Card, making: Answering): NewOutgoing {
  return rewritten(card, card.reply, buttonsOf(card.reply, making), making);
}

function rewritten(
  card: Card,
  reply: Reply,
  buttons: readonly NewButton[],
  { now, newId }: Answering,
): NewOutgoing {
  const buttonsUntil = new Date(now.getTime() + buttonMs);
  return { ...card, id: newId(), reply, buttons, buttonsUntil, urgent: false, at: now };
}

/** Lines that can be said as they stand, or with a code; one with a gap in it opens a form. */
function buttonsOf(reply: Reply, { newKey }: Answering): readonly NewButton[] {
  return pressable(reply)
    .filter(({ kind }) => kind === 'say' || kind === 'code')
    .slice(0, mostButtons)
    .map(({ line }) => ({ line, key: newKey() }));
}

type ViewReply = Extract<Reply, { kind: 'view' }>;

function withWords(reply: ViewReply, text: Text): ViewReply {
  return { ...reply, blocks: [{ kind: 'text', text }, ...reply.blocks] };
}

function cut(line: string): string {
  const letters = Array.from(line);
  return letters.length <= lineCharacters ? line : `${letters.slice(0, lineCharacters).join('')}…`;
}
