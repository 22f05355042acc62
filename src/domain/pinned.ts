import type { Altered, ChatSurface, HeardMessage, Room } from './heard.ts';
import type { Incident } from './incident.ts';
import { incidentEvent, refuseClosed } from './lifecycle.ts';
import type { Decider } from './plan-change.ts';
import type { NewTimelineEvent, TimelineEvent } from './timeline.ts';

const textCharacters = 3_500;

/**
 * Puts a message of a chat on the timeline, at the time when it was written and with its author; or
 * says that somebody took it off again, which deletes nothing.
 *
 * @throws UserError `conflict` when the incident is closed
 */
export function pinMessage(
  incident: Incident,
  what: { readonly kind: 'pinned' | 'unpinned'; readonly message: HeardMessage },
  by: Decider,
): NewTimelineEvent {
  refuseClosed(incident);
  const { kind, message } = what;
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
    ({ kind, data }) => kind === 'message_pinned' && data?.['message'] === id,
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
