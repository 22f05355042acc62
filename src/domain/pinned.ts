import type { Altered, ChatSurface, HeardMessage, Room } from './heard.ts';
import type { Incident } from './incident.ts';
import { incidentEvent, refuseClosed } from './lifecycle.ts';
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
};

/** How a message stands on the timeline with these events; undefined when it is not on it, or no longer. */
export function markedIn(events: readonly TimelineEvent[], message: string): Marked | undefined {
  let marked: Marked | undefined;
  for (const { kind, seq, text = '', data } of events) {
    if (data?.['message'] !== message) continue;
    const marks = marked?.marks ?? 0;
    if (kind === 'message_unpinned')
      marked = marked && { ...marked, marks: Math.max(0, marks - 1) };
    if (kind !== 'message_pinned') continue;
    marked =
      marked !== undefined && data['entry'] !== undefined
        ? { ...marked, marks: marks + 1 }
        : { entry: seq, words: text, marks: marks + 1 };
  }
  return marked !== undefined && marked.marks > 0 ? marked : undefined;
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
  what: { readonly kind: 'pinned' | 'unpinned'; readonly message: HeardMessage },
  by: Decider,
  marked: Marked | undefined,
): NewTimelineEvent {
  refuseClosed(incident);
  const { kind, message } = what;
  const repeated = marked && ofSeveral(what, marked);
  if (marked !== undefined && repeated !== undefined) {
    return incidentEvent(incident.id, by, {
      kind: kind === 'pinned' ? 'message_pinned' : 'message_unpinned',
      text: repeated,
      data: { message: message.id, author: message.author, entry: marked.entry },
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
    },
  });
}

/** What is told of one mark of several; undefined where it changes what is on the timeline. */
function ofSeveral(
  { kind, message }: Parameters<typeof pinMessage>[1],
  { entry, words: before, marks }: Marked,
): string | undefined {
  if (kind === 'pinned') {
    return words(kind, message) === before ? `Marked once more: entry ${entry}.` : undefined;
  }
  if (marks < 2) return undefined;
  const left = marks === 2 ? 'another one is' : `${marks - 1} others are`;
  return `One mark was taken off entry ${entry}; ${left} left, so it stays on the timeline.`;
}

function words(kind: 'pinned' | 'unpinned', { author, text, unread }: HeardMessage): string {
  const wrote = unread === undefined ? `${author} wrote: ${cut(text)}` : `A message. ${unread}`;
  if (kind === 'pinned') return wrote;
  return unread === undefined ? `Taken off: ${author}: ${cut(text)}` : `Taken off: ${wrote}`;
}

/**
 * Says that a message which was put on the timeline was changed or deleted in its chat: its entry
 * stays as it is. Undefined when it is not on the timeline.
 */
export function messageAltered(
  events: readonly TimelineEvent[],
  {
    said,
    room,
    surface,
  }: { readonly said: Altered; readonly room: Room; readonly surface: ChatSurface },
  now: Date,
): NewTimelineEvent | undefined {
  const { id } = said.message;
  const entry = events.findLast(
    ({ kind, data }) =>
      kind === 'message_pinned' && data?.['message'] === id && data['entry'] === undefined,
  );
  if (entry === undefined) return undefined;
  const { author } = entry.data ?? {};
  const whose = `The message of ${typeof author === 'string' ? author : 'somebody'}`;
  const stays = `Entry ${entry.seq} keeps what it said when it was written down.`;
  return {
    chain: entry.chain,
    actor: { kind: 'firebreak' },
    source: surface,
    occurredAt: now,
    kind: said.kind === 'changed' ? 'message_changed' : 'message_deleted',
    text:
      said.kind === 'changed'
        ? `${whose} was changed in its chat. ${stays} Now it says: ${cut(said.message.text)}`
        : `${whose} was deleted in its chat. ${stays}`,
    data: { message: id, entry: entry.seq, room },
  };
}

function cut(text: string): string {
  const letters = Array.from(text);
  if (letters.length <= textCharacters) return text;
  return `${letters.slice(0, textCharacters).join('')}…`;
}
