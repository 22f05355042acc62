import type { HeardMessage } from './heard.ts';
import type { Incident } from './incident.ts';
import { incidentEvent, refuseClosed } from './lifecycle.ts';
import type { Decider } from './plan-change.ts';
import type { NewTimelineEvent } from './timeline.ts';

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
  const letters = Array.from(message.text);
  const text =
    letters.length <= textCharacters
      ? message.text
      : `${letters.slice(0, textCharacters).join('')}…`;
  return incidentEvent(incident.id, by, {
    kind: kind === 'pinned' ? 'message_pinned' : 'message_unpinned',
    text:
      kind === 'pinned'
        ? `${message.author} wrote: ${text}`
        : `Taken off: ${message.author}: ${text}`,
    ...(kind === 'pinned' && isKnown ? { occurredAt: written } : {}),
    data: {
      message: message.id,
      author: message.author,
      ...(message.permalink === undefined ? {} : { permalink: message.permalink }),
    },
  });
}
