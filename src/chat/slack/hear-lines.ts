import type { Heard } from '../chat.ts';
import { formLacking, knownForm, openCode, openForm, submittedIn } from './forms.ts';
import { commandBody, eventBody, messageEvent, pressBody, read } from './inbox.ts';
import type { HearingContext } from './spoken.ts';
import { answerAt, instantOf, isDirectId, organisationOf, spoken } from './spoken.ts';
import { lineAfterMention, typedLine } from './typed.ts';

/** A slash command: its line, or the form of a command that lacks what it must have. */
export async function hearCommand(
  context: HearingContext,
  body: unknown,
): Promise<Heard | undefined> {
  const { home, client, forms } = context;
  const given = read(commandBody, body);
  const line = typedLine(given.text, organisationOf(home)) || 'help';
  // Between two no line is taken, so nobody fills one in.
  const form = isDirectId(given.channel_id) ? undefined : formLacking(line, forms);
  const place = { channel: given.channel_id };
  const opening = { client, trigger: given.trigger_id, place };
  if (form !== undefined) {
    const filled = await knownForm(context, form, { line, user: given.user_id, place });
    if (filled !== undefined && (await openForm(filled, opening))) return undefined;
  }
  return {
    ...(await spoken(context, given.user_id, given.channel_id)),
    id: `slack:cmd:${given.trigger_id}`,
    isDirect: isDirectId(given.channel_id),
    at: context.now(),
    said: { kind: 'line', line },
    answer: answerAt(context, given.response_url),
  };
}

/** A button: its key, or the form that it opens. */
export async function hearPress(
  context: HearingContext,
  body: unknown,
): Promise<Heard | undefined> {
  const given = read(pressBody, body);
  const { channel, container, trigger_id: trigger } = given;
  const [, kind, about = ''] =
    /^(say|ask|code):(.+)$/s.exec(given.actions[0]?.action_id ?? '') ?? [];
  // A button that only leads to an address is told of, and has nothing behind it here.
  if (kind === undefined) return undefined;
  const where = channel?.id ?? (container.type === 'view' ? given.user.id : undefined);
  if (where === undefined) return undefined;
  const thread = container.thread_ts === undefined ? {} : { thread: container.thread_ts };
  const place = { channel: where, ...thread };
  const heard = {
    ...(await spoken(context, given.user.id, where)),
    id: `slack:press:${trigger}`,
    isDirect: isDirectId(where),
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
  // Between two no line is taken: that is said before anybody has filled one in.
  if (heard.isDirect) return { ...heard, said: { kind: 'line', line: about } };
  const form = context.forms.formFor(about);
  if (form !== undefined) {
    const filled = await knownForm(context, form, { line: about, user: given.user.id, place });
    if (filled === undefined) return { ...heard, said: { kind: 'line', line: about } };
    if (await openForm(filled, opening)) return undefined;
  }
  // Nothing opened: how it is typed is told instead, and nothing is done.
  const said = { kind: 'line', line: `help ${form?.command ?? ''}`.trim() } as const;
  return { ...heard, said };
}

/** A modal that was filled in. */
export async function hearSubmission(
  context: HearingContext,
  body: unknown,
): Promise<Heard | undefined> {
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

/** What is said to us where others listen, in a thread too. */
export async function hearMention(
  context: HearingContext,
  body: unknown,
): Promise<Heard | undefined> {
  const { home } = context;
  return hearMessage(context, body, (text) =>
    lineAfterMention(text, home.botUser, organisationOf(home)),
  );
}

/** Between two, everything that is written is said to us. */
export async function hearDirect(
  context: HearingContext,
  body: unknown,
): Promise<Heard | undefined> {
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
  const { event } = read(eventBody, body);
  const given = read(messageEvent, event);
  const isOwn = given.user === home.botUser || given.bot_id === home.botId;
  if (isOwn || given.subtype !== undefined || given.edited !== undefined) return undefined;
  if (only !== undefined && given.channel_type !== only) return undefined;
  const who = given.user ?? given.bot_id;
  if (who === undefined) return undefined;
  // With a person's token an app speaks in their name: both are told then.
  const isBot = given.bot_id !== undefined;
  return {
    ...(await spoken(context, who, given.channel, isBot)),
    id: `slack:${home.team}/${given.channel}/${given.ts}`,
    isDirect: only === 'im',
    ...(given.thread_ts === undefined ? {} : { thread: given.thread_ts }),
    at: instantOf(given.ts),
    said: { kind: 'line', line: lineIn(given.text) },
  };
}
