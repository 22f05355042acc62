import { z } from 'zod';

import { PlatformError } from '../../errors.ts';

const id = z.string().min(1).max(255);

/** A slash command, as Slack sends it. @source api.slack.com/interactivity/slash-commands */
export const commandBody = z.object({
  command: z.string(),
  text: z.string().default(''),
  team_id: id,
  channel_id: id,
  channel_name: z.string().default(''),
  user_id: id,
  trigger_id: id,
  response_url: z.url(),
});
export type CommandBody = z.infer<typeof commandBody>;

/** One button pressed on a message. @source api.slack.com/reference/interaction-payloads/block-actions */
export const pressBody = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id }),
  trigger_id: id,
  response_url: z.url().optional(),
  channel: z.object({ id, name: z.string().default('') }).optional(),
  container: z.object({
    /** `message`, or `view` on somebody's App Home. */
    type: z.string().optional(),
    message_ts: z.string().optional(),
    thread_ts: z.string().optional(),
  }),
  actions: z.array(z.object({ action_id: id, action_ts: z.string() })).min(1),
});
export type PressBody = z.infer<typeof pressBody>;

/** An event of a kind that is subscribed to. @source api.slack.com/apis/events-api */
export const eventBody = z.object({
  event_id: id,
  event_time: z.number(),
  event: z.looseObject({ type: z.string() }),
});
export type EventBody = z.infer<typeof eventBody>;

/** A message in which somebody spoke to the app, or in a conversation with it. */
export const messageEvent = z.object({
  type: z.enum(['app_mention', 'message']),
  user: id.optional(),
  bot_id: z.string().optional(),
  subtype: z.string().optional(),
  text: z.string().default(''),
  channel: id,
  channel_type: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  /** Of a message that mentions the app, Slack tells again when it is mended. */
  edited: z.unknown().optional(),
});
export type MessageEvent = z.infer<typeof messageEvent>;

/** @throws PlatformError `unreadable` when Slack sent something else than it says it does */
export function read<Shape extends z.ZodType>(shape: Shape, body: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new PlatformError('slack', 'unreadable', `Slack sent what cannot be read (${where}).`);
}
