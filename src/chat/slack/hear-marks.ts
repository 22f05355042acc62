import { z } from 'zod';

import type { Form } from '../../domain/form.ts';
import { PlatformError } from '../../errors.ts';
import type { Heard, HeardMessage, Mark } from '../chat.ts';
import { filesOn } from './files.ts';
import { openForm } from './forms.ts';
import { eventBody, read } from './inbox.ts';
import { shortcuts } from './manifest.ts';
import { slackProblem } from './slack-error.ts';
import type { HearingContext } from './spoken.ts';
import { answerAt, instantOf, isDirectId, organisationOf, spoken } from './spoken.ts';
import { typedLine } from './typed.ts';

const pinEvent = z.object({
  type: z.enum(['pin_added', 'pin_removed']),
  user: z.string().min(1),
  channel_id: z.string().min(1),
  item: z.object({ message: z.looseObject({ ts: z.string() }).optional() }),
});

/** A message that was pinned, or is no longer. */
export async function hearPin(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const { event_id, event_time, event } = read(eventBody, body);
  const given = read(pinEvent, event);
  const ts = given.item.message?.ts;
  // What Firebreak pins itself is no timeline event.
  if (ts === undefined || given.user === context.home.botUser) return undefined;
  const kind = given.type === 'pin_added' ? 'pinned' : 'unpinned';
  const said = await marked(context, { channel: given.channel_id, ts, kind, mark: 'pin' });
  return (
    said && {
      ...(await spoken(context, given.user, given.channel_id)),
      ...said,
      id: `slack:${event_id}`,
      at: new Date(event_time * 1000),
    }
  );
}

const reactionEvent = z.object({
  type: z.enum(['reaction_added', 'reaction_removed']),
  user: z.string().min(1),
  reaction: z.string(),
  item: z.object({ type: z.string(), channel: z.string().optional(), ts: z.string().optional() }),
});

/** A message that was marked with a chosen emoji, or is no longer. */
export async function hearReaction(
  context: HearingContext,
  body: unknown,
): Promise<Heard | undefined> {
  const { event_id, event_time, event } = read(eventBody, body);
  const { type, user, reaction, item } = read(reactionEvent, event);
  const emoji = plainEmoji(reaction);
  if (!context.emoji.has(emoji) || user === context.home.botUser) return undefined;
  if (item.channel === undefined || item.ts === undefined) return undefined;
  const kind = type === 'reaction_added' ? 'pinned' : 'unpinned';
  const mark = `emoji:${emoji}` as const;
  const said = await marked(context, { channel: item.channel, ts: item.ts, kind, mark });
  return (
    said && {
      ...(await spoken(context, user, item.channel)),
      ...said,
      id: `slack:${event_id}`,
      at: new Date(event_time * 1000),
    }
  );
}

type Marked = Pick<Heard, 'said' | 'isDirect' | 'thread'>;

/** An emoji's name without the skin tone that is written behind it. */
export function plainEmoji(name: string): string {
  return name.replace(/::.*$/, '');
}

/** A message that was put on the timeline or taken off it, a thread's reply too. */
async function marked(
  context: HearingContext,
  what: {
    readonly channel: string;
    readonly ts: string;
    readonly kind: 'pinned' | 'unpinned';
    readonly mark: Mark;
  },
): Promise<Marked | undefined> {
  const { channel, ts, kind, mark } = what;
  const found = await messageAt(context, channel, ts);
  if (found === undefined) return undefined;
  const { message, thread } = found;
  return {
    isDirect: false,
    ...(thread === undefined ? {} : { thread }),
    said: { kind, message, mark },
  };
}

/** One message as it stands there now; undefined when it is gone. */
async function messageAt(
  context: HearingContext,
  channel: string,
  ts: string,
): Promise<Kept | undefined> {
  const page = { channel, ts, oldest: ts, latest: ts, inclusive: true, limit: 1 };
  const answer = await context.client.conversations.replies(page).catch(slackProblem);
  if (answer instanceof PlatformError) {
    if (answer.code === 'not_found') return undefined;
    // Whoever marked it believes that it is written down: that it was marked is, and they are told.
    if (answer.code === 'refused') return { message: unread(context, channel, ts, answer) };
    throw answer;
  }
  const found = answer.messages?.find((one) => one.ts === ts);
  return found && kept(context, channel, { ...found, ts });
}

function unread(
  context: HearingContext,
  channel: string,
  ts: string,
  { message: why }: PlatformError,
): HeardMessage {
  return {
    id: `${channel}/${ts}`,
    author: 'somebody',
    text: '',
    at: instantOf(ts).toISOString(),
    permalink: permalinkOf(context.url, channel, ts),
    unread: `Firebreak may not read it: ${why}`,
  };
}

type Kept = { readonly message: HeardMessage; readonly thread?: string };

/** A message of Slack's as it is kept: whose words, when, and where they stand. */
export async function kept(
  context: HearingContext,
  channel: string,
  found: {
    readonly ts: string;
    readonly user?: string | undefined;
    readonly text?: string | undefined;
    readonly thread_ts?: string | undefined;
    readonly files?: unknown;
  },
): Promise<Kept> {
  const { ts, user } = found;
  const thread = found.thread_ts === ts ? undefined : found.thread_ts;
  const files = filesOn(found.files);
  const words = typedLine(found.text ?? '', organisationOf(context.home));
  const message = {
    id: `${channel}/${ts}`,
    author: user === undefined ? 'a bot' : await nameOf(context, user),
    text: [words, ...files.map(({ name }) => `[${name}]`)].filter((one) => one !== '').join('\n'),
    at: instantOf(ts).toISOString(),
    permalink: permalinkOf(context.url, channel, ts, thread),
    ...(files.length === 0 ? {} : { files }),
  };
  return { message, ...(thread === undefined ? {} : { thread }) };
}

const shortcutBody = z.object({
  type: z.literal('message_action'),
  callback_id: z.string(),
  trigger_id: z.string().min(1),
  response_url: z.url().optional(),
  user: z.object({ id: z.string().min(1) }),
  channel: z.object({ id: z.string().min(1) }),
  message: z.looseObject({
    ts: z.string(),
    user: z.string().optional(),
    text: z.string().optional(),
    thread_ts: z.string().optional(),
    files: z.unknown().optional(),
  }),
});

/** What was picked from a message's menu: for the timeline, or to declare what it tells of. */
export async function hearShortcut(
  context: HearingContext,
  body: unknown,
): Promise<Heard | undefined> {
  const given = read(shortcutBody, body);
  const { channel, user, trigger_id: trigger, callback_id: picked } = given;
  if (picked !== shortcuts.timeline && picked !== shortcuts.declare) return undefined;
  const { message, thread } = await kept(context, channel.id, given.message);
  const heard = {
    ...(await spoken(context, user.id, channel.id)),
    id: `slack:shortcut:${trigger}`,
    isDirect: isDirectId(channel.id),
    ...(thread === undefined ? {} : { thread }),
    at: context.now(),
    ...(given.response_url === undefined ? {} : { answer: answerAt(context, given.response_url) }),
  };
  if (picked === shortcuts.timeline) return { ...heard, said: { kind: 'pinned', message } };
  const place = { channel: channel.id, ...(thread === undefined ? {} : { thread }) };
  const form = withTitle(context.forms.formFor('declare'), message.text);
  const opening = { client: context.client, trigger, place };
  if (form !== undefined && (await openForm(form, opening))) return undefined;
  // Nothing opened: how it is typed is told instead, and nothing is done.
  return { ...heard, said: { kind: 'line', line: 'help declare' } };
}

const titleCharacters = 150;

/** The form of `declare` with the first words of a message, for the person to mend. */
function withTitle(form: Form | undefined, text: string): Form | undefined {
  const value = Array.from(text.replaceAll(/\s+/g, ' ').trim()).slice(0, titleCharacters).join('');
  if (form === undefined || value === '') return form;
  const fields = form.fields.map((field) => (field.id === 'title' ? { ...field, value } : field));
  return { ...form, fields };
}

async function nameOf(context: HearingContext, user: string): Promise<string> {
  try {
    return (await context.people.speaker(user)).name;
  } catch (error) {
    // The words count, not how Slack calls who wrote them.
    if (error instanceof PlatformError) return user;
    throw error;
  }
}

function permalinkOf(url: string, channel: string, ts: string, thread?: string): string {
  const address = `${url}archives/${channel}/p${ts.replace('.', '')}`;
  return thread === undefined ? address : `${address}?thread_ts=${thread}&cid=${channel}`;
}
