import { z } from 'zod';

import type { Heard } from '../chat.ts';
import { kept } from './hear-marks.ts';
import { eventBody, read } from './inbox.ts';
import type { HearingContext } from './spoken.ts';
import { isDirectId, spoken } from './spoken.ts';

const messageShape = z.looseObject({
  ts: z.string(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  subtype: z.string().optional(),
  text: z.string().default(''),
  thread_ts: z.string().optional(),
  files: z.unknown().optional(),
  edited: z.object({ ts: z.string() }).optional(),
});

/** @source docs.slack.dev/reference/events/message/message_changed, …/message_deleted */
const alteredEvent = z.object({
  subtype: z.enum(['message_changed', 'message_deleted']),
  channel: z.string().min(1),
  message: messageShape.optional(),
  previous_message: messageShape.optional(),
  deleted_ts: z.string().optional(),
});

/** A message that says something else now, or is gone; whoever changed it says nothing to us by it. */
export async function hearAltered(
  context: HearingContext,
  body: unknown,
): Promise<Heard | undefined> {
  const { home } = context;
  const { event_id, event_time, event } = read(eventBody, body);
  const { channel, message: now, previous_message: before, ...given } = read(alteredEvent, event);
  const ts = now?.ts ?? given.deleted_ts ?? before?.ts;
  const user = now?.user ?? before?.user;
  const bot = now?.bot_id ?? before?.bot_id;
  // What Firebreak keeps up to date itself is no news.
  if (ts === undefined || user === home.botUser || bot === home.botId) return undefined;
  // A message under which a thread hangs leaves a stone behind.
  const isGone = now === undefined || now.subtype === 'tombstone';
  // A preview that Slack adds changes a message, and nobody's words.
  if (!isGone && before !== undefined && before.text === now.text) return undefined;
  const who = user ?? bot ?? 'unknown';
  const message = `${channel}/${ts}`;
  const edited = now?.edited?.ts;
  const changed = edited === undefined ? `slack:${event_id}` : editId(message, edited);
  return {
    ...(await spoken(context, who, channel, user === undefined)),
    id: isGone ? goneId(message) : changed,
    isDirect: isDirectId(channel),
    at: new Date(event_time * 1000),
    said: isGone
      ? { kind: 'deleted', message: { id: message } }
      : { kind: 'changed', message: (await kept(context, channel, now)).message },
  };
}

/** The same for what is told when it happens and for what is read back later. */
export function goneId(message: string): string {
  return `slack:gone:${message}`;
}

/** The same, of words that were changed at a time of Slack's. */
export function editId(message: string, edited: string): string {
  return `slack:edit:${message}:${edited}`;
}
