import type { HomeView } from '@slack/types';
import type { ChatPostMessageArguments, WebClient } from '@slack/web-api';
import { z } from 'zod';

import { PlatformError } from '../../errors.ts';
import type { Destination, Outgoing, Reply, Sent } from '../chat.ts';
import type { DrawPng } from '../picture.ts';
import { slackIdOf } from './address.ts';
import type { SlackClients } from './clients.ts';
import { SlackPictures } from './pictures.ts';
import type { SlackMessage } from './render.ts';
import { renderSlack } from './render.ts';
import { isShutOut, saidOnce } from './shut-out.ts';
import { isRefusal, slackProblem } from './slack-error.ts';

/** Under this name a message carries its id, by which it is found again. */
const eventType = 'firebreak_message';
/** What only its reader sees cannot be found again, nor be changed. */
const unseen = 'ephemeral';
/** Messages that are looked through for one that may have arrived. */
const pageSize = 100;
const pagesAtMost = 10;
/** Slack's clock, by which messages are found, may be so far from ours, in ms. */
const clocksApartMs = 10 * 60_000;
const answerWithinMs = 5_000;

/** What leaves for Slack. Each call is made once. */
export class SlackPost {
  readonly #clients: SlackClients;
  readonly #fetch: typeof fetch;
  readonly #now: () => Date;
  readonly #pictures: SlackPictures;
  readonly #directs = new Map<string, string>();
  /** References of messages that are pinned, or never will be. */
  readonly #pins = new Set<string>();

  constructor(options: {
    readonly clients: SlackClients;
    readonly fetch: typeof fetch;
    readonly now: () => Date;
    readonly draw: DrawPng;
    readonly apiUrl?: string;
  }) {
    this.#clients = options.clients;
    this.#fetch = options.fetch;
    this.#now = options.now;
    this.#pictures = new SlackPictures({ ...options, client: options.clients.bulk });
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const { to } = outgoing;
    const isAtHome = to.kind === 'direct' && to.homeOpenedAt !== undefined;
    const reply = await this.#withPicture(outgoing, signal);
    assertWanted(signal);
    // A view takes no table.
    const message = drawn(outgoing, reply, isAtHome ? 0 : 1);
    try {
      if (isAtHome) return await this.#publish(to.identity, message);
      if (outgoing.edits !== undefined) return await this.#edit(outgoing, outgoing.edits, message);
      if (to.kind === 'answer' && to.forAsker)
        return await this.#whisper(outgoing, to, message, signal);
      return await this.#post(outgoing, reply, signal);
    } catch (error) {
      throw slackProblem(error);
    }
  }

  /** Looks through what the channel or thread has had since. Of a whisper nothing can be known. */
  async wasSent(outgoing: Outgoing): Promise<Sent | 'unknown' | undefined> {
    const { to, edits } = outgoing;
    const isAtHome = to.kind === 'direct' && to.homeOpenedAt !== undefined;
    if (edits !== undefined || isAtHome) return undefined;
    if (to.kind === 'answer' && to.forAsker) return 'unknown';
    try {
      return await this.#find(outgoing);
    } catch (error) {
      throw slackProblem(error);
    }
  }

  /** Where the message was to hang may be gone: then it was put into the channel. */
  async #find(outgoing: Outgoing): Promise<Sent | undefined> {
    const { below: _below, ...inRoom } = outgoing;
    if (outgoing.below === undefined) return this.#findIn(outgoing);
    const found = await this.#findIn(outgoing).catch(unlessGone);
    return found ?? this.#findIn(inRoom);
  }

  async #findIn(outgoing: Outgoing): Promise<Sent | undefined> {
    const { id, to, storedAt } = outgoing;
    const channel = await this.#channelOf(to);
    const { history, replies } = this.#clients.bulk.conversations;
    const thread = threadOf(outgoing);
    const since = storedAt && (storedAt.getTime() - clocksApartMs) / 1000;
    let cursor: string | undefined;
    for (let page = 0; page < pagesAtMost; page += 1) {
      const look = {
        channel,
        limit: pageSize,
        include_all_metadata: true,
        ...(since === undefined ? {} : { oldest: since.toFixed(6) }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      const { messages = [], response_metadata: more } =
        thread === undefined ? await history(look) : await replies({ ...look, ts: thread });
      const found = messages.find((message) => idIn(message) === id);
      if (found?.ts !== undefined) return { reference: `${channel}/${found.ts}` };
      cursor = more?.next_cursor;
      if (cursor === undefined || cursor === '') return undefined;
    }
    throw new PlatformError('slack', 'refused', 'Too much was said since to find it again.');
  }

  async #post(outgoing: Outgoing, reply: Reply, signal: AbortSignal): Promise<Sent> {
    const channel = await this.#channelOf(outgoing.to);
    assertWanted(signal);
    const message = drawn(outgoing, reply);
    try {
      const sent = await posted(this.#clients.bulk, this.#asSaid(outgoing, channel, message));
      await this.#pinned(outgoing, sent.reference);
      return sent;
    } catch (error) {
      const problem = slackProblem(error);
      const { below, ...inRoom } = outgoing;
      if (below !== undefined && problem.code === 'not_found') {
        return this.#post(inRoom, reply, signal);
      }
      // Where Firebreak was not invited, it may still answer what was said to it there.
      const url = problem.mayHaveHappened ? undefined : this.#answerUrl(outgoing);
      if (url === undefined || !isShutOut(problem)) throw problem;
      const once = drawn(outgoing, saidOnce(reply));
      await this.#answer(url, { ...once, response_type: 'in_channel' }, signal);
      return { reference: unseen };
    }
  }

  async #whisper(
    outgoing: Outgoing,
    to: Extract<Destination, { kind: 'answer' }>,
    message: SlackMessage,
    signal: AbortSignal,
  ): Promise<Sent> {
    const thread = to.thread === undefined ? {} : { thread_ts: to.thread };
    const url = this.#answerUrl(outgoing);
    if (url !== undefined) {
      const how = { response_type: 'ephemeral', replace_original: false };
      if (await this.#tryAnswer(url, { ...message, ...thread, ...how }, signal)) {
        return { reference: unseen };
      }
    }
    const { text, blocks } = message;
    await this.#clients.interactive.chat.postEphemeral({
      channel: slackIdOf(to.room),
      user: slackIdOf(to.asker),
      text,
      blocks: [...blocks],
      parse: 'none',
      link_names: false,
      ...thread,
    });
    return { reference: unseen };
  }

  /** What is edited keeps the picture that it has, and a view takes none. */
  async #withPicture(outgoing: Outgoing, signal: AbortSignal): Promise<Reply> {
    const { id, to, reply, edits } = outgoing;
    if (edits !== undefined || (to.kind === 'direct' && to.homeOpenedAt !== undefined))
      return reply;
    const isApart = to.kind === 'answer' && to.forAsker;
    const placeOf = async () => {
      const thread = isApart ? undefined : threadOf(outgoing);
      const channel = await this.#channelOf(isApart ? { kind: 'direct', identity: to.asker } : to);
      return { channel, isApart, ...(thread === undefined ? {} : { thread }) };
    };
    return this.#pictures.beside(id, reply, placeOf, signal);
  }

  /** Their App Home. Said again it only says the same. */
  async #publish(identity: string, { blocks }: SlackMessage): Promise<Sent> {
    const view: HomeView = { type: 'home', blocks: [...blocks] };
    await this.#clients.bulk.views.publish({ user_id: slackIdOf(identity), view });
    return { reference: 'home' };
  }

  async #edit(outgoing: Outgoing, reference: string, message: SlackMessage): Promise<Sent> {
    const [channel = '', ts] = reference.split('/');
    if (ts === undefined) {
      throw new PlatformError('slack', 'not_found', 'What one person alone saw cannot be changed.');
    }
    const { text, blocks } = message;
    await this.#clients.bulk.chat.update({
      channel,
      ts,
      text,
      blocks: [...blocks],
      parse: 'none',
      link_names: false,
      metadata: metadataOf(outgoing),
    });
    await this.#pinned(outgoing, reference);
    return { reference };
  }

  /** Pins what is to stay in sight. It stands, pinned or not: the next edit tries again. */
  async #pinned({ to }: Outgoing, reference: string): Promise<void> {
    const isPinned = to.kind === 'message' && to.isPinned === true;
    if (!isPinned || this.#pins.has(reference)) return;
    const [channel = '', timestamp = ''] = reference.split('/');
    try {
      await this.#clients.bulk.pins.add({ channel, timestamp });
      this.#pins.add(reference);
    } catch (error) {
      if (isRefusal(error)) this.#pins.add(reference);
    }
  }

  #asSaid(outgoing: Outgoing, channel: string, message: SlackMessage): ChatPostMessageArguments {
    const thread = threadOf(outgoing);
    return {
      channel,
      text: message.text,
      blocks: [...message.blocks],
      metadata: metadataOf(outgoing),
      parse: 'none',
      mrkdwn: false,
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
      ...(thread === undefined ? {} : { thread_ts: thread }),
    };
  }

  #answerUrl({ answer }: Outgoing): string | undefined {
    if (answer === undefined || answer.until.getTime() <= this.#now().getTime()) return undefined;
    return answer.token.reveal();
  }

  /** False when Slack takes nothing more by this address: it was used too often, or is over. */
  async #tryAnswer(url: string, body: object, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#answer(url, body, signal);
      return true;
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'refused') return false;
      throw error;
    }
  }

  async #answer(url: string, body: object, signal: AbortSignal): Promise<void> {
    const response = await this.#fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    await response.body?.cancel();
    if (response.ok) return;
    const { status } = response;
    if (status === 429) {
      const seconds = Number(response.headers.get('retry-after') ?? 1);
      const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : 1000;
      const words = 'Slack asks to be called less often.';
      throw new PlatformError('slack', 'rate_limited', words, { retryAfterMs });
    }
    const code = status >= 500 ? 'unreadable' : 'refused';
    throw new PlatformError('slack', code, `Slack did not take the answer (${status}).`, {
      status,
    });
  }

  async #channelOf(to: Destination): Promise<string> {
    if (to.kind !== 'direct') return slackIdOf(to.room);
    const user = slackIdOf(to.identity);
    const known = this.#directs.get(user);
    if (known !== undefined) return known;
    const { channel } = await this.#clients.bulk.conversations.open({ users: user });
    if (channel?.id === undefined) {
      throw new PlatformError('slack', 'unreadable', 'Slack opened no conversation.');
    }
    this.#directs.set(user, channel.id);
    return channel.id;
  }
}

function drawn({ keys }: Outgoing, reply: Reply, tablesAtMost: 0 | 1 = 1): SlackMessage {
  return renderSlack(reply, { keyOf: (line) => keys[line], opensForms: true, tablesAtMost });
}

async function posted(client: WebClient, message: ChatPostMessageArguments): Promise<Sent> {
  const { channel, ts } = await client.chat.postMessage(message);
  if (channel === undefined || ts === undefined) {
    throw new PlatformError('slack', 'unreadable', 'Slack did not say where the message stands.');
  }
  return { reference: `${channel}/${ts}` };
}

function metadataOf({ id }: Outgoing) {
  return { event_type: eventType, event_payload: { id } };
}

const carried = z.object({
  metadata: z.object({
    event_type: z.literal(eventType),
    event_payload: z.object({ id: z.string() }),
  }),
});

function idIn(message: unknown): string | undefined {
  return carried.safeParse(message).data?.metadata.event_payload.id;
}

/**
 * Slack's client cannot be told to break off: of several calls the next one is not made.
 *
 * @throws PlatformError `unavailable`
 */
function assertWanted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new PlatformError('slack', 'unavailable', 'It was given up before it was sent.');
}

/** The thread it belongs in, by the time stamp of the message above it. */
function threadOf({ to, below }: Pick<Outgoing, 'to' | 'below'>): string | undefined {
  if (to.kind === 'direct') return undefined;
  return to.thread ?? below?.split('/')[1];
}

function unlessGone(error: unknown): undefined {
  const problem = slackProblem(error);
  if (problem.code !== 'not_found') throw problem;
}
