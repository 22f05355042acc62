import type { WebClient } from '@slack/web-api';

import { PlatformError } from '../../errors.ts';
import type { RoomToRead } from '../chat.ts';
import { patiently } from '../patiently.ts';
import { slackIdOf } from './address.ts';
import { slackProblem } from './slack-error.ts';

/** So many messages Slack lists at once, and so many lists of one channel are read. */
const pageSize = 200;
const pagesAtMost = 5;
/** Of a channel so many threads are read, those with the latest replies, and so many single messages. */
const threadsAtMost = 20;
const singlesAtMost = 50;
/** Half of what Slack allows: what is marked meanwhile is looked up, too. */
const callsAMinute = {
  'conversations.history': 25,
  'conversations.replies': 25,
  'reactions.get': 25,
  'pins.list': 10,
};
const minuteMs = 60_000;
/** After a call that failed in passing, in ms. */
const againMs = 5_000;
const inPassing = new Set(['unreachable', 'cut', 'timed_out', 'unreadable', 'unavailable']);

/** A message as Slack lists it. */
export type Found = {
  readonly ts?: string | undefined;
  readonly user?: string | undefined;
  readonly bot_id?: string | undefined;
  readonly subtype?: string | undefined;
  readonly text?: string | undefined;
  readonly thread_ts?: string | undefined;
  readonly latest_reply?: string | undefined;
  readonly files?: unknown;
  readonly edited?: { readonly ts?: string } | undefined;
  readonly reactions?: readonly Reaction[] | undefined;
};

type Reaction = {
  readonly name?: string;
  readonly count?: number;
  readonly users?: readonly string[];
};

export type Pin = {
  readonly message: Found & { readonly ts: string };
  readonly by: string;
  /** In seconds, as Slack tells it. */
  readonly created: number;
};

/** What stands in a channel now, as far as it is read. */
export type RoomNow = {
  readonly pins: readonly Pin[];
  /** By their time, each of them of lately or pointed at before. */
  readonly messages: ReadonlyMap<string, Found>;
  /** Of those that were pointed at: they are no longer there. */
  readonly gone: ReadonlySet<string>;
  /** False where more was written than is read. */
  readonly isWhole: boolean;
};

export type RoomReaderParts = {
  readonly client: WebClient;
  readonly now: () => Date;
  /** Rejects when everything stops. */
  readonly wait: (ms: number) => Promise<void>;
};

type Method = keyof typeof callsAMinute;

/** Reads what stands in channels, no faster than leaves room for others who ask Slack. */
export class RoomReader {
  readonly #parts: RoomReaderParts;
  readonly #called = new Map<Method, readonly number[]>();

  constructor(parts: RoomReaderParts) {
    this.#parts = parts;
  }

  /** @throws PlatformError */
  async read(room: RoomToRead): Promise<RoomNow> {
    const channel = slackIdOf(room.room);
    const pins = await this.#pins(channel);
    const main = await this.#history(channel, room);
    const threads = threadsIn(main.messages, room);
    const all = main.messages.filter(({ ts = '' }) => isSince(ts, room.since));
    let isWhole = main.isWhole && threads.length <= threadsAtMost;
    for (const thread of threads.slice(0, threadsAtMost)) {
      const replies = await this.#replies(channel, thread, room.since);
      all.push(...replies.messages);
      isWhole &&= replies.isWhole;
    }
    const messages = new Map(all.map((one) => [one.ts ?? '', one] as const));
    const unseen = pointedAt(room).filter((ts) => !messages.has(ts));
    for (const ts of unseen.slice(0, singlesAtMost)) {
      const found = await this.#single(channel, ts);
      if (found !== undefined) messages.set(ts, found);
    }
    const gone = unseen.slice(0, singlesAtMost).filter((ts) => !messages.has(ts));
    // A message under which a thread hangs leaves a stone behind.
    const stones = [...messages].filter(([, { subtype }]) => subtype === 'tombstone');
    for (const [ts] of stones) messages.delete(ts);
    return {
      pins,
      messages,
      gone: new Set([...gone, ...stones.map(([ts]) => ts)]),
      isWhole: isWhole && unseen.length <= singlesAtMost,
    };
  }

  /** Whoever has an emoji on a message; Slack lists not all of them with it. @throws PlatformError */
  async whoHas({ users = [], count = 0, name }: Reaction, channel: string, timestamp: string) {
    if (users.length >= count) return users;
    const { client } = this.#parts;
    const { message } = await this.#ask('reactions.get', () =>
      client.reactions.get({ channel, timestamp, full: true }),
    );
    return message?.reactions?.find((one) => one.name === name)?.users ?? users;
  }

  async #pins(channel: string): Promise<readonly Pin[]> {
    const { client } = this.#parts;
    const { items = [] } = await this.#ask('pins.list', () => client.pins.list({ channel }));
    return items.flatMap(({ message, created, created_by: by }) => {
      const ts = message?.ts;
      if (ts === undefined || created === undefined || by === undefined) return [];
      return [{ message: { ...message, ts }, by, created }];
    });
  }

  /** Newest first; as far back as the incident goes, for threads that go on. */
  async #history(channel: string, { since, declaredAt }: RoomToRead) {
    const oldest = tsOf(declaredAt < since ? declaredAt : since);
    const messages: Found[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < pagesAtMost; page += 1) {
      const given = { channel, oldest, limit: pageSize, ...(cursor && { cursor }) };
      const answer = await this.#ask('conversations.history', () =>
        this.#parts.client.conversations.history(given),
      );
      messages.push(...(answer.messages ?? []));
      cursor = answer.response_metadata?.next_cursor ?? '';
      if (cursor === '') return { messages, isWhole: true };
    }
    return { messages, isWhole: !isSince(messages.at(-1)?.ts ?? '', since) };
  }

  async #replies(channel: string, ts: string, since: Date) {
    const given = { channel, ts, oldest: tsOf(since), limit: pageSize };
    const answer = await this.#orGone(() => this.#parts.client.conversations.replies(given));
    const messages = (answer?.messages ?? []).filter((one) => one.ts !== ts);
    return { messages, isWhole: (answer?.response_metadata?.next_cursor ?? '') === '' };
  }

  async #single(channel: string, ts: string): Promise<Found | undefined> {
    const given = { channel, ts, oldest: ts, latest: ts, inclusive: true, limit: 1 };
    const answer = await this.#orGone(() => this.#parts.client.conversations.replies(given));
    return answer?.messages?.find((one) => one.ts === ts);
  }

  async #orGone<Answer>(act: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await this.#ask('conversations.replies', act);
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  /** @throws PlatformError */
  async #ask<Answer>(method: Method, act: () => Promise<Answer>): Promise<Answer> {
    await this.#turnOf(method);
    const once = async () => {
      try {
        return await act();
      } catch (error) {
        throw orLater(slackProblem(error));
      }
    };
    return patiently(once, this.#parts.wait);
  }

  async #turnOf(method: Method): Promise<void> {
    const { now, wait } = this.#parts;
    for (;;) {
      const at = now().getTime();
      const lately = (this.#called.get(method) ?? []).filter((one) => one > at - minuteMs);
      const [first = at] = lately;
      if (lately.length < callsAMinute[method]) {
        this.#called.set(method, [...lately, at]);
        return;
      }
      await wait(first + minuteMs - at);
    }
  }
}

/** Threads with replies of lately, the latest first, and those in which something was pointed at. */
function threadsIn(messages: readonly Found[], room: RoomToRead): readonly string[] {
  const living = messages
    .filter(({ latest_reply: latest = '' }) => isSince(latest, room.since))
    .toSorted((a, b) => Number(b.latest_reply) - Number(a.latest_reply))
    .flatMap(({ ts }) => ts ?? []);
  return [...new Set([...living, ...room.pointed.flatMap(({ thread }) => thread ?? [])])];
}

function pointedAt({ pointed }: RoomToRead): readonly string[] {
  return [...new Set(pointed.map(({ message }) => slackIdOf(message)))];
}

/** A failure that passes is waited for, like one that says how long. */
function orLater(problem: PlatformError): PlatformError {
  const { code, message, retryAfterMs } = problem;
  if (retryAfterMs !== undefined || !inPassing.has(code)) return problem;
  return new PlatformError('slack', code, message, { cause: problem, retryAfterMs: againMs });
}

function isSince(ts: string, since: Date): boolean {
  return Number(ts) * 1_000 >= since.getTime();
}

function tsOf(at: Date): string {
  return (at.getTime() / 1_000).toFixed(6);
}
