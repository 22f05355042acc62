import type { WebClient } from '@slack/web-api';
import { z } from 'zod';

import type { Forms } from '../../domain/form.ts';
import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import type { AnswerToken, Heard, HeardMessage, Speaker } from '../chat.ts';
import type { Home } from './address.ts';
import { identityOf, roomOf } from './address.ts';
import { formLacking, openCode, openForm, submittedIn } from './forms.ts';
import { commandBody, eventBody, messageEvent, pressBody, read } from './inbox.ts';
import type { SlackPeople } from './people.ts';
import { slackProblem } from './slack-error.ts';
import { lineAfterMention, typedLine } from './typed.ts';

/** So long a `response_url` is good, in ms; a little less than Slack says. */
const answerMs = 29 * 60_000;

/** What turning a payload into something heard needs to know and to ask. */
export type HearingContext = {
  readonly home: Home;
  /** `https://acme.slack.com/`, under which every message has its address. */
  readonly url: string;
  readonly people: SlackPeople;
  readonly client: WebClient;
  readonly forms: Forms;
  /** Emoji that put a message on the timeline. */
  readonly emoji: ReadonlySet<string>;
  readonly now: () => Date;
};

/** Turns one payload into what was heard; undefined for what is not said to us. */
export type Hearing = (context: HearingContext, body: unknown) => Promise<Heard | undefined>;

/** Payloads by their kind, each with its own way to be read. One listener looks here. */
export const hearings: ReadonlyMap<string, Hearing> = new Map<string, Hearing>([
  ['command', hearCommand],
  ['block_actions', hearPress],
  ['view_submission', hearSubmission],
  ['app_mention', hearMention],
  ['message', hearDirect],
  ['pin_added', hearPin],
  ['pin_removed', hearPin],
  ['reaction_added', hearReaction],
  ['reaction_removed', hearReaction],
]);

const kindOf = z.looseObject({
  command: z.string().optional(),
  type: z.string().optional(),
  event: z.looseObject({ type: z.string() }).optional(),
});

/** `command`, `block_actions`, or the event's own kind. */
export function payloadKind(body: unknown): string {
  const { data } = kindOf.safeParse(body);
  if (data?.command !== undefined) return 'command';
  return data?.event?.type ?? data?.type ?? '';
}

async function hearCommand(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const { home, client, forms } = context;
  const given = read(commandBody, body);
  const line = typedLine(given.text, organisationOf(home)) || 'help';
  const form = formLacking(line, forms);
  const opening = { client, trigger: given.trigger_id, place: { channel: given.channel_id } };
  if (form !== undefined && (await openForm(form, opening))) return undefined;
  return {
    ...(await spoken(context, given.user_id, given.channel_id)),
    id: `slack:cmd:${given.trigger_id}`,
    isDirect: isDirectId(given.channel_id),
    at: context.now(),
    said: { kind: 'line', line },
    answer: answerAt(context, given.response_url),
  };
}

async function hearPress(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const given = read(pressBody, body);
  const { channel, container, trigger_id: trigger } = given;
  const [, kind, about = ''] =
    /^(say|ask|code):(.+)$/s.exec(given.actions[0]?.action_id ?? '') ?? [];
  // A button that only leads to an address is told of, and has nothing behind it here.
  if (kind === undefined || channel === undefined) return undefined;
  const thread = container.thread_ts === undefined ? {} : { thread: container.thread_ts };
  const place = { channel: channel.id, ...thread };
  const heard = {
    ...(await spoken(context, given.user.id, channel.id)),
    id: `slack:press:${trigger}`,
    isDirect: isDirectId(channel.id),
    ...thread,
    at: context.now(),
    ...(given.response_url === undefined ? {} : { answer: answerAt(context, given.response_url) }),
  };
  const opening = { client: context.client, trigger, place };
  if (kind === 'say') return { ...heard, said: { kind: 'press', key: about } };
  if (kind === 'code') {
    const isOpen = await openCode(about, opening);
    return isOpen ? undefined : { ...heard, said: { kind: 'press', key: about } };
  }
  const form = context.forms.formFor(about);
  if (form !== undefined && (await openForm(form, opening))) return undefined;
  // Nothing opened: how it is typed is told instead, and nothing is done.
  const said = { kind: 'line', line: `help ${form?.command ?? ''}`.trim() } as const;
  return { ...heard, said };
}

async function hearSubmission(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const submitted = submittedIn(body, context.forms);
  if (submitted === undefined) return undefined;
  const { id, user, place, said } = submitted;
  const { channel, thread } = place;
  return {
    ...(await spoken(context, user, channel)),
    id: `slack:form:${id}`,
    isDirect: isDirectId(channel),
    ...(thread === undefined ? {} : { thread }),
    at: context.now(),
    said,
  };
}

/** Channels between two have ids of their own kind. */
function isDirectId(channel: string): boolean {
  return channel.startsWith('D');
}

async function hearMention(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const { home } = context;
  return hearMessage(context, body, (text) =>
    lineAfterMention(text, home.botUser, organisationOf(home)),
  );
}

/** Between two, everything that is written is said to us. */
async function hearDirect(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const organisation = organisationOf(context.home);
  return hearMessage(context, body, (text) => typedLine(text, organisation) || 'help', 'im');
}

async function hearMessage(
  context: HearingContext,
  body: unknown,
  lineIn: (text: string) => string,
  only?: 'im',
): Promise<Heard | undefined> {
  const { home } = context;
  const { event_id, event } = read(eventBody, body);
  const given = read(messageEvent, event);
  const isOwn = given.user === home.botUser || given.bot_id === home.botId;
  if (isOwn || given.subtype !== undefined) return undefined;
  if (only !== undefined && given.channel_type !== only) return undefined;
  const who = given.user ?? given.bot_id;
  if (who === undefined) return undefined;
  return {
    ...(await spoken(context, who, given.channel, given.user === undefined)),
    id: `slack:${event_id}`,
    isDirect: only === 'im',
    ...(given.thread_ts === undefined ? {} : { thread: given.thread_ts }),
    at: instantOf(given.ts),
    said: { kind: 'line', line: lineIn(given.text) },
  };
}

const pinEvent = z.object({
  type: z.enum(['pin_added', 'pin_removed']),
  user: z.string().min(1),
  channel_id: z.string().min(1),
  item: z.object({ message: z.looseObject({ ts: z.string() }).optional() }),
});

async function hearPin(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const { event_id, event_time, event } = read(eventBody, body);
  const given = read(pinEvent, event);
  const ts = given.item.message?.ts;
  // What Firebreak pins itself is no timeline event.
  if (ts === undefined || given.user === context.home.botUser) return undefined;
  const said = await marked(context, given.channel_id, ts, given.type === 'pin_added');
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

async function hearReaction(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const { event_id, event_time, event } = read(eventBody, body);
  const { type, user, reaction, item } = read(reactionEvent, event);
  // A skin tone is written behind the emoji's name.
  const isMeant = context.emoji.has(reaction.replace(/::.*$/, ''));
  if (!isMeant || user === context.home.botUser) return undefined;
  if (item.channel === undefined || item.ts === undefined) return undefined;
  const said = await marked(context, item.channel, item.ts, type === 'reaction_added');
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

/** A message that was put on the timeline or taken off it, a thread's reply too. */
async function marked(
  context: HearingContext,
  channel: string,
  ts: string,
  isOn: boolean,
): Promise<Marked | undefined> {
  const found = await messageAt(context, channel, ts);
  if (found === undefined) return undefined;
  const { message, thread } = found;
  return {
    isDirect: false,
    ...(thread === undefined ? {} : { thread }),
    said: { kind: isOn ? 'pinned' : 'unpinned', message },
  };
}

/** One message as it stands there now; undefined when it is gone. */
async function messageAt(
  context: HearingContext,
  channel: string,
  ts: string,
): Promise<{ readonly message: HeardMessage; readonly thread?: string } | undefined> {
  const page = { channel, ts, oldest: ts, latest: ts, inclusive: true, limit: 1 };
  const answer = await context.client.conversations.replies(page).catch((error: unknown) => {
    const problem = slackProblem(error);
    if (problem.code === 'not_found' || problem.code === 'refused') return undefined;
    throw problem;
  });
  const found = answer?.messages?.find((one) => one.ts === ts);
  if (found === undefined) return undefined;
  const author = found.user === undefined ? 'a bot' : await nameOf(context, found.user);
  const thread = found.thread_ts === ts ? undefined : found.thread_ts;
  const message = {
    id: `${channel}/${ts}`,
    author,
    text: typedLine(found.text ?? '', organisationOf(context.home)),
    at: instantOf(ts).toISOString(),
    permalink: permalinkOf(context.url, channel, ts, thread),
  };
  return { message, ...(thread === undefined ? {} : { thread }) };
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

async function spoken(
  { home, people }: HearingContext,
  user: string,
  channel: string,
  isNameless = false,
): Promise<Pick<Heard, 'surface' | 'workspace' | 'speaker' | 'room'>> {
  const bot: Speaker = { id: identityOf(home.team, user), name: 'a bot', standing: 'bot' };
  return {
    surface: 'slack',
    workspace: `slack:${home.team}`,
    speaker: isNameless ? bot : await people.speaker(user),
    room: roomOf(home, channel),
  };
}

function answerAt({ now }: HearingContext, responseUrl: string): AnswerToken {
  return { token: new Secret(responseUrl), until: new Date(now().getTime() + answerMs) };
}

function organisationOf({ enterprise, team }: Home): string {
  return `slack:${enterprise ?? team}`;
}

/** The time in a message's own name: seconds, and a count behind the dot. */
function instantOf(ts: string): Date {
  return new Date(Math.floor(Number(ts) * 1000));
}

function permalinkOf(url: string, channel: string, ts: string, thread?: string): string {
  const address = `${url}archives/${channel}/p${ts.replace('.', '')}`;
  return thread === undefined ? address : `${address}?thread_ts=${thread}&cid=${channel}`;
}
