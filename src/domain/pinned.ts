import type { Altered, ChatSurface, HeardMessage, Mark, Room } from './heard.ts';
import type { Incident } from './incident.ts';
import { incidentEvent, refuseClosed } from './lifecycle.ts';
import type { PersonId } from './person.ts';
import type { Decider } from './plan-change.ts';
import type { NewTimelineEvent, TimelineEvent } from './timeline.ts';

const textCharacters = 3_500;

/** How a message stands on a timeline. */
export type Marked = {
  /** Number of the entry that holds its words, the newest one. */
  readonly entry: number;
  readonly words: string;
  /** How many put it there and did not take it off again: a pin, an emoji. */
  readonly marks: number;
  /** Those of them that are known one from another: `pin`, or whose emoji. */
  readonly held: ReadonlySet<string>;
};

type Pointing = {
  readonly kind: 'pinned' | 'unpinned';
  readonly message: HeardMessage;
  readonly mark?: Mark;
};

/** How a message stands on the timeline with these events; undefined when it is not on it, or no longer. */
export function markedIn(events: readonly TimelineEvent[], message: string): Marked | undefined {
  let marked: Marked | undefined;
  for (const { kind, seq, text = '', data, actor } of events) {
    if (data?.['message'] !== message) continue;
    const marks = marked?.marks ?? 0;
    const held = new Set(marked?.held);
    const by = actor?.kind === 'person' ? actor.id : undefined;
    const one = typeof data['mark'] === 'string' ? nameOf(data['mark'], by) : undefined;
    if (kind === 'message_unpinned') {
      if (one !== undefined) held.delete(one);
      marked = marked && { ...marked, marks: Math.max(0, marks - 1), held };
    }
    if (kind !== 'message_pinned') continue;
    if (one !== undefined) held.add(one);
    marked =
      marked !== undefined && data['entry'] !== undefined
        ? { ...marked, marks: marks + 1, held }
        : { entry: seq, words: text, marks: marks + 1, held };
  }
  return marked !== undefined && marked.marks > 0 ? marked : undefined;
}

/**
 * False for what is known already: a mark that is there, or one that is not. A chat that is read back
 * may tell what it told before, by another id.
 */
export function isNews(
  { kind, mark }: Pick<Pointing, 'kind' | 'mark'>,
  by: PersonId,
  marked: Marked | undefined,
): boolean {
  if (mark === undefined || marked === undefined) return true;
  const isHeld = marked.held.has(nameOf(mark, by));
  // What was written down before marks had names may be any of them.
  return kind === 'pinned' ? !isHeld : isHeld || marked.marks > marked.held.size;
}

function nameOf(mark: string, by: PersonId | undefined): string {
  return mark === 'pin' ? mark : `${mark} ${by ?? ''}`;
}

/**
 * Puts a message of a chat on the timeline, at the time when it was written and with its author; or
 * says that somebody took it off again, which deletes nothing. What several marked is there once, and
 * until the last of them takes it off.
 *
 * @param marked how it stands there before
 * @throws UserError `conflict` when the incident is closed
 */
export function pinMessage(
  incident: Incident,
  what: Pointing,
  by: Decider,
  marked: Marked | undefined,
): NewTimelineEvent {
  refuseClosed(incident);
  const { kind, message, mark } = what;
  const named = mark === undefined ? {} : { mark };
  const repeated = marked && ofSeveral(what, marked);
  if (marked !== undefined && repeated !== undefined) {
    return incidentEvent(incident.id, by, {
      kind: kind === 'pinned' ? 'message_pinned' : 'message_unpinned',
      text: repeated,
      data: { message: message.id, author: message.author, entry: marked.entry, ...named },
    });
  }
  const written = new Date(message.at);
  const isKnown = !Number.isNaN(written.getTime()) && written <= by.now;
  return incidentEvent(incident.id, by, {
    kind: kind === 'pinned' ? 'message_pinned' : 'message_unpinned',
    text: words(kind, message),
    ...(kind === 'pinned' && isKnown ? { occurredAt: written } : {}),
    data: {
      message: message.id,
      author: message.author,
      ...(message.permalink === undefined ? {} : { permalink: message.permalink }),
      ...named,
    },
  });
}

/** What is told of one mark of several; undefined where it changes what is on the timeline. */
function ofSeveral(
  { kind, message }: Pointing,
  { entry, words: before, marks }: Marked,
): string | undefined {
  if (kind === 'pinned') {
    return words(kind, message) === before ? `Marked once more: entry ${entry}.` : undefined;
  }
  return marks < 2 ? undefined : oneOfSeveral(entry, marks);
}

function oneOfSeveral(entry: number, marks: number): string {
  const left = marks === 2 ? 'another one is' : `${marks - 1} others are`;
  return `One mark was taken off entry ${entry}; ${left} left, so it stays on the timeline.`;
}

function words(kind: 'pinned' | 'unpinned', { author, text, unread }: HeardMessage): string {
  const wrote = unread === undefined ? `${author} wrote: ${cut(text)}` : `A message. ${unread}`;
  if (kind === 'pinned') return wrote;
  return unread === undefined ? `Taken off: ${author}: ${cut(text)}` : `Taken off: ${wrote}`;
}

/**
 * Says that a message which was put on the timeline was changed, deleted or let go in its chat: its
 * entry stays as it is. Undefined when it is not on the timeline, or when that is no news there.
 */
export function messageAltered(
  events: readonly TimelineEvent[],
  what: { readonly said: Altered; readonly room: Room; readonly surface: ChatSurface },
  now: Date,
): NewTimelineEvent | undefined {
  const { said, room, surface } = what;
  const { id } = said.message;
  const entry = events.findLast(
    ({ kind, data }) =>
      kind === 'message_pinned' && data?.['message'] === id && data['entry'] === undefined,
  );
  const told = entry && alteredWords(events, said, entry);
  if (entry === undefined || told === undefined) return undefined;
  return {
    chain: entry.chain,
    actor: { kind: 'firebreak' },
    source: surface,
    occurredAt: now,
    kind: told.kind,
    text: told.text,
    data: { message: id, room, ...told.data },
  };
}

function alteredWords(
  events: readonly TimelineEvent[],
  said: Altered,
  { seq, text: before, data }: TimelineEvent,
): (Pick<NewTimelineEvent, 'kind' | 'data'> & { readonly text: string }) | undefined {
  const author = data?.['author'];
  const whose = `The message of ${typeof author === 'string' ? author : 'somebody'}`;
  const stays = `Entry ${seq} keeps what it said when it was written down.`;
  switch (said.kind) {
    case 'deleted': {
      const text = `${whose} was deleted in its chat. ${stays}`;
      return { kind: 'message_deleted', text, data: { entry: seq } };
    }
    case 'changed': {
      const wasChanged = events.some(
        ({ kind, data: of }) => kind === 'message_changed' && of?.['entry'] === seq,
      );
      if (!wasChanged && before === words('pinned', said.message)) return undefined;
      const text = `${whose} was changed in its chat. ${stays} Now it says: ${cut(said.message.text)}`;
      return { kind: 'message_changed', text, data: { entry: seq } };
    }
    case 'let_go': {
      const marked = markedIn(events, said.message.id);
      if (marked?.held.has('pin') !== true) return undefined;
      const { entry, marks } = marked;
      const kind = 'message_unpinned';
      return marks > 1
        ? {
            kind,
            text: `${oneOfSeveral(entry, marks)} Its chat does not tell by whom.`,
            data: { mark: 'pin', entry },
          }
        : {
            kind,
            text: `Taken off, its chat does not tell by whom: ${before ?? ''}`,
            data: { mark: 'pin' },
          };
    }
  }
}

function cut(text: string): string {
  const letters = Array.from(text);
  if (letters.length <= textCharacters) return text;
  return `${letters.slice(0, textCharacters).join('')}…`;
}
