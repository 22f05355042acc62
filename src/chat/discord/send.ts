import { PlatformError } from '../../errors.ts';
import type { PlatformErrorCode } from '../../errors.ts';
import type { Outgoing, Sent } from '../chat.ts';
import type { DrawPng } from '../picture.ts';
import { answerKey } from './answer-key.ts';
import type { AnswerKey } from './answer-key.ts';
import type { DiscordApi } from './api.ts';
import { discordCode, idIn, isRecord } from './api.ts';
import type { FirstAnswers } from './first-answers.ts';
import { messageOf } from './made.ts';
import type { Made } from './made.ts';
import { markOf, nonceOf } from './marks.ts';
import { channelOf, readReference, referenceOf, userOf } from './places.ts';

const ephemeral = 64;
const loading = 128;
/** Discord's numbers for: unknown webhook, unknown interaction, answered already, invalid token. */
const tooLateCodes = [10_015, 10_062, 40_060, 50_027];
/** Messages that are looked through for one that may have arrived. */
const pageSize = 100;
const pagesAtMost = 5;
/** So often it is said that an answer stands below; each try ends within so many ms. */
const pointedAtMost = 6;
const pointMs = 10_000;
const againMs = 1_000;
const forGood: readonly PlatformErrorCode[] = ['refused', 'not_found', 'unauthorized'];

export type SendParts = {
  readonly api: DiscordApi;
  readonly application: () => Promise<string>;
  readonly firstAnswers: FirstAnswers;
  /** Goes on with what nobody waits for, and tells where that fails. */
  readonly keep: (work: Promise<void>) => void;
  readonly draw: DrawPng;
  /** Resolves after so many ms, rejects when everything stops. */
  readonly wait: (ms: number) => Promise<void>;
};

/** Sends what must leave, and finds out whether it left. */
export class Sender {
  readonly #parts: SendParts;

  constructor(parts: SendParts) {
    this.#parts = parts;
  }

  /** @throws PlatformError */
  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const made = await messageOf(outgoing, this.#parts.draw);
    try {
      return await this.#sendMade(outgoing, made, signal);
    } catch (error) {
      const isRefused = error instanceof PlatformError && error.code === 'refused';
      // Where the bot may send no files, the words are what counts.
      if (!isRefused || made.files.length === 0) throw error;
      return this.#sendMade(outgoing, await messageOf(outgoing), signal);
    }
  }

  async #sendMade(outgoing: Outgoing, made: Made, signal: AbortSignal): Promise<Sent> {
    const { edits, to } = outgoing;
    if (edits !== undefined) return this.#edit(outgoing, edits, made, signal);
    switch (to.kind) {
      case 'answer':
        return this.#answer(outgoing, to, made, signal);
      case 'message':
      case 'direct':
        return this.#post(outgoing, await this.#placeOf(to, signal), made, signal);
    }
  }

  /** @throws PlatformError when that cannot be found out */
  async wasSent(outgoing: Outgoing, signal: AbortSignal): Promise<Sent | 'unknown' | undefined> {
    const { edits, to, answer } = outgoing;
    if (edits !== undefined) {
      const { channel } = readReference(edits);
      return channel !== undefined && (await this.#bears(outgoing, edits, signal))
        ? { reference: edits }
        : undefined;
    }
    if (to.kind === 'answer' && answer !== undefined) {
      const original = await this.#original(answerKey(answer), signal);
      if (original && bears(original, outgoing)) {
        return sentAs(idIn(original), to.forAsker ? undefined : String(original['channel_id']));
      }
      // What stands below another answer is shown to its reader alone.
      if (to.forAsker && original) return isLoading(original) ? undefined : 'unknown';
    }
    const found = await this.#find(outgoing, await this.#placeOf(to, signal), signal);
    // Whoever died after the answer left may not have come to this.
    if (found && answer && to.kind === 'answer') this.#parts.keep(this.#point(answerKey(answer)));
    return found;
  }

  /** Where a message stands that is no answer to what Discord asked. */
  async #placeOf(to: Outgoing['to'], signal: AbortSignal): Promise<string> {
    if (to.kind === 'direct') return this.#direct(userOf(to.identity), signal);
    if (to.kind === 'answer' && to.forAsker) return this.#direct(userOf(to.asker), signal);
    return to.thread ?? channelOf(to.room);
  }

  async #answer(
    outgoing: Outgoing,
    to: Extract<Outgoing['to'], { kind: 'answer' }>,
    made: Made,
    signal: AbortSignal,
  ): Promise<Sent> {
    const { answer } = outgoing;
    const channel = to.thread ?? channelOf(to.room);
    const key = answer && answerKey(answer);
    if (key) {
      const first = () => this.#first(key, made, to.forAsker, signal);
      const sent = await this.#parts.firstAnswers.give(key, first);
      if (sent) return sent;
    }
    if (to.forAsker) return this.#whisper(outgoing, key, made, signal);
    const sent = await this.#post(outgoing, channel, made, signal);
    if (key) this.#parts.keep(this.#point(key));
    return sent;
  }

  /** The answer that comes within three seconds. Undefined when there was one already. */
  async #first(
    key: AnswerKey,
    made: Made,
    forAsker: boolean,
    signal: AbortSignal,
  ): Promise<Sent | undefined> {
    const { message, files } = made;
    const flags = forAsker ? message.flags | ephemeral : message.flags;
    try {
      const route = `/interactions/${key.interaction}/${key.token}/callback` as const;
      const query = new URLSearchParams({ with_response: 'true' });
      const body = { type: 4, data: { ...message, flags } };
      const call = { method: 'post', route, query, body, files, isAnswer: true } as const;
      return sentIn(await this.#parts.api.call(call, signal), forAsker);
    } catch (error) {
      if (tooLate(error)) return undefined;
      throw error;
    }
  }

  /**
   * Answers somebody alone: in the place that was kept, or below the first answer; between the two
   * when Discord gave no way to answer, as for a pin, or when that is over.
   */
  async #whisper(
    outgoing: Outgoing,
    key: AnswerKey | undefined,
    made: Made,
    signal: AbortSignal,
  ): Promise<Sent> {
    const { message, files } = made;
    const body = { ...message, flags: message.flags | ephemeral };
    const original = key && (await this.#original(key, signal));
    if (!key || !original) {
      const sent = key && (await this.#first(key, made, true, signal));
      if (sent) return sent;
      return this.#post(outgoing, await this.#placeOf(outgoing.to, signal), made, signal);
    }
    const hook = await this.#hook(key);
    const done = await this.#parts.api.call(
      isLoading(original)
        ? { method: 'patch', route: `${hook}/messages/@original`, body, files, isAnswer: true }
        : { method: 'post', route: hook, body, files, isAnswer: true },
      signal,
    );
    return sentAs(idIn(done), undefined);
  }

  /**
   * Ends "is thinking" where the answer was given to all, below. Said as often as it takes: it can
   * be repeated, but that it is pointed to is not worth saying the answer twice.
   */
  async #point(key: AnswerKey): Promise<void> {
    for (let tries = 0; tries < pointedAtMost; tries += 1) {
      try {
        await this.#pointOnce(key, AbortSignal.timeout(pointMs));
        return;
      } catch (error) {
        if (!(error instanceof PlatformError) || forGood.includes(error.code)) return;
        try {
          await this.#parts.wait(error.retryAfterMs ?? againMs * 2 ** tries);
        } catch {
          return;
        }
      }
    }
  }

  async #pointOnce(key: AnswerKey, signal: AbortSignal): Promise<void> {
    const original = await this.#original(key, signal);
    if (!original || !isLoading(original)) return;
    const route = `${await this.#hook(key)}/messages/@original` as const;
    await this.#parts.api.call({ method: 'patch', route, body: below, isAnswer: true }, signal);
  }

  async #post(
    { id, to }: Outgoing,
    channel: string,
    made: Made,
    signal: AbortSignal,
  ): Promise<Sent> {
    const { message, files } = made;
    const body = { ...message, nonce: nonceOf(id), enforce_nonce: true };
    const route = `/channels/${channel}/messages` as const;
    const sent = await this.#parts.api.call({ method: 'post', route, body, files }, signal);
    this.#stayInSight(to, channel, idIn(sent));
    return sentAs(idIn(sent), channel);
  }

  /** Pins what is to stay in sight; whoever may not pin has still sent it. */
  #stayInSight(to: Outgoing['to'], channel: string, message: string): void {
    if (to.kind !== 'message' || to.isPinned !== true) return;
    const route = `/channels/${channel}/messages/pins/${message}` as const;
    const call = this.#parts.api.call({ method: 'put', route }, AbortSignal.timeout(pointMs));
    this.#parts.keep(call.then(() => undefined));
  }

  async #edit(
    { answer }: Outgoing,
    reference: string,
    { message: body, files }: Made,
    signal: AbortSignal,
  ): Promise<Sent> {
    const { channel, message } = readReference(reference);
    if (channel !== undefined) {
      const route = `/channels/${channel}/messages/${message}` as const;
      await this.#parts.api.call({ method: 'patch', route, body, files }, signal);
      return { reference };
    }
    if (answer === undefined) {
      const text = 'A message that only one person saw cannot be changed any more.';
      throw new PlatformError('discord', 'not_found', text);
    }
    const route = `${await this.#hook(answerKey(answer))}/messages/${message}` as const;
    await this.#parts.api.call({ method: 'patch', route, body, files, isAnswer: true }, signal);
    return { reference };
  }

  /** What was answered first, when something was and the token is still good. */
  async #original(
    key: AnswerKey,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      const route = `${await this.#hook(key)}/messages/@original` as const;
      const found = await this.#parts.api.call({ method: 'get', route, isAnswer: true }, signal);
      return isRecord(found) ? found : undefined;
    } catch (error) {
      if (error instanceof PlatformError && ['not_found', 'unauthorized'].includes(error.code)) {
        return undefined;
      }
      throw error;
    }
  }

  async #bears(outgoing: Outgoing, reference: string, signal: AbortSignal): Promise<boolean> {
    const { channel, message } = readReference(reference);
    const route = `/channels/${channel}/messages/${message}` as const;
    const found = await this.#parts.api.call({ method: 'get', route }, signal);
    return isRecord(found) && bears(found, outgoing);
  }

  async #find(outgoing: Outgoing, channel: string, signal: AbortSignal): Promise<Sent | undefined> {
    let before: string | undefined;
    for (let page = 0; page < pagesAtMost; page += 1) {
      const query = new URLSearchParams({ limit: String(pageSize), ...(before && { before }) });
      const route = `/channels/${channel}/messages` as const;
      const list = await this.#parts.api.call({ method: 'get', route, query }, signal);
      const messages = Array.isArray(list) ? list.filter(isRecord) : [];
      const found = messages.find((one) => bears(one, outgoing));
      if (found) {
        this.#stayInSight(outgoing.to, channel, idIn(found));
        return sentAs(idIn(found), channel);
      }
      if (messages.length < pageSize) return undefined;
      before = idIn(messages.at(-1));
    }
    return undefined;
  }

  async #direct(user: string, signal: AbortSignal): Promise<string> {
    const body = { recipient_id: user };
    return idIn(
      await this.#parts.api.call({ method: 'post', route: '/users/@me/channels', body }, signal),
    );
  }

  async #hook({ token }: AnswerKey): Promise<`/webhooks/${string}`> {
    return `/webhooks/${await this.#parts.application()}/${token}`;
  }
}

/** True when the first answer cannot be given any more, because it was or because time is over. */
export function tooLate(error: unknown): boolean {
  const code = discordCode(error);
  return code !== undefined && tooLateCodes.includes(code);
}

const below = {
  flags: 32_768 | ephemeral,
  components: [{ type: 10, content: '-# The answer stands below, for everyone here.' }],
  allowed_mentions: { parse: [] },
};

/** True while Discord shows "is thinking" in its place. */
function isLoading(original: Readonly<Record<string, unknown>>): boolean {
  return (Number(original['flags']) & loading) !== 0;
}

function bears(message: Readonly<Record<string, unknown>>, { id }: Outgoing): boolean {
  const { components } = message;
  const mark = markOf(id);
  return Array.isArray(components) && components.some((one) => isRecord(one) && one['id'] === mark);
}

function sentIn(done: unknown, forAsker: boolean): Sent {
  const resource = isRecord(done) ? done['resource'] : undefined;
  const message = isRecord(resource) ? resource['message'] : undefined;
  const channel = isRecord(message) ? String(message['channel_id']) : undefined;
  return sentAs(idIn(message), forAsker ? undefined : channel);
}

function sentAs(message: string, channel: string | undefined): Sent {
  return { reference: referenceOf(message, channel) };
}
