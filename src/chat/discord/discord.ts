import type * as library from 'discord.js';

import type { Form } from '../../domain/form.ts';
import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { aborted } from '../aborted.ts';
import type {
  AskedFile,
  CopiedFile,
  CopiesFiles,
  Ears,
  NewRoom,
  OpenedRoom,
  OpensRooms,
  Outgoing,
  Room,
  Sent,
  Surface,
} from '../chat.ts';
import type { DrawPng } from '../picture.ts';
import type { AnswerKey } from './answer-key.ts';
import { DiscordApi, idIn } from './api.ts';
import { Connection } from './connection.ts';
import type { Library } from './connection.ts';
import { DiscordFiles } from './files.ts';
import { FirstAnswers } from './first-answers.ts';
import { Listener } from './listener.ts';
import { Noticing, plainEmoji } from './noticing.ts';
import { ReadBack } from './read-back.ts';
import { registrationOf } from './registration.ts';
import type { LineFrom, Verb } from './registration.ts';
import { DiscordRooms } from './rooms.ts';
import { Sender, tooLate } from './send.ts';

/** What the surface needs to speak with Discord. */
export type DiscordOptions = {
  readonly token: Secret;
  /** The servers whose members are heard. */
  readonly guilds: readonly string[];
  /** Another address of Discord's interface; the fake of the tests. */
  readonly apiUrl?: string;
  /** The command under which stands what is in no group. */
  readonly main: string;
  readonly verbs: readonly Verb[];
  readonly lineFrom: LineFrom;
  /** The form of the command that a line begins with, filled in as far as the line goes. */
  readonly formFor: (line: string) => Form | undefined;
  readonly fetch: typeof fetch;
  readonly draw: DrawPng;
  /** An incident that is declared there gets a channel of its own. */
  readonly channels?: boolean;
  /** Emoji, or names of a server's own, that put a message on the timeline. */
  readonly emoji?: readonly string[];
  readonly now: () => Date;
  /** Resolves after so many ms, rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What went wrong where nobody waits for an answer. It may hold anything: redact it. */
  readonly onTrouble: (error: unknown) => void;
};

/** So long the true answer is waited for before "is thinking" is shown; three seconds are given. */
const thinkingAfterMs = 1_200;
const againWithinMs = 1_500;
const callMs = 10_000;
const ephemeral = 64;
const usualEmoji = ['📌'];

/** Opens Discord; discord.js is loaded here, because it alone costs half a second. */
export async function openDiscord(options: DiscordOptions): Promise<Surface> {
  return new Discord(options, await import('discord.js'));
}

class Discord implements CopiesFiles, OpensRooms {
  readonly name = 'discord';
  readonly #options: DiscordOptions;
  readonly #library: Library;
  readonly #rests: readonly library.REST[];
  readonly #api: DiscordApi;
  readonly #sender: Sender;
  readonly #files: DiscordFiles;
  readonly #rooms: DiscordRooms;
  readonly isOpeningRooms: boolean;
  readonly #firstAnswers = new FirstAnswers();
  readonly #end = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #connection: Connection | undefined;
  #application: Promise<string> | undefined;

  constructor(options: DiscordOptions, loaded: Library) {
    this.#options = options;
    this.#library = loaded;
    const api = options.apiUrl === undefined ? {} : { api: options.apiUrl };
    const common = {
      ...api,
      version: '10',
      // Once, and within a bound: whoever sends decides about trying again.
      retries: 0,
      timeout: callMs,
      rejectOnRateLimit: () => true,
    };
    const rest = new loaded.REST(common);
    const boundless = { globalRequestsPerSecond: Number.POSITIVE_INFINITY };
    const answers = new loaded.REST({ ...common, ...boundless });
    this.#rests = [rest, answers];
    this.#api = new DiscordApi(rest, options.token, answers);
    this.isOpeningRooms = options.channels === true;
    this.#rooms = new DiscordRooms({
      api: this.#api,
      guilds: options.guilds,
      self: () => this.#self(),
      now: options.now,
    });
    this.#files = new DiscordFiles({ ...options, api: this.#api });
    this.#sender = new Sender({
      api: this.#api,
      application: () => this.#applicationId(),
      firstAnswers: this.#firstAnswers,
      keep: (work) => this.#keep(work),
      draw: options.draw,
      wait: (ms) => options.wait(ms, this.#end.signal),
    });
  }

  async start(ears: Ears): Promise<void> {
    const { onTrouble, wait, token, apiUrl } = this.#options;
    const listener = this.#listener(ears);
    this.#connection = new Connection({
      library: this.#library,
      token,
      ...(apiUrl === undefined ? {} : { apiUrl }),
      ears,
      onInteraction: (interaction) => this.#keep(listener.hear(interaction)),
      noticingFor: (client) => this.#noticing(client, ears),
      readBack: (client, noticing) => this.#readBack(client, noticing, ears),
      register: (guild) => this.#register(guild),
      keep: (work) => this.#keep(work),
      wait,
      onTrouble,
    });
    await this.#connection.start(this.#end.signal);
  }

  async stop(signal: AbortSignal): Promise<void> {
    this.#end.abort();
    await this.#connection?.stop();
    await Promise.race([Promise.allSettled(this.#underWay), aborted(signal)]);
    for (const rest of this.#rests) {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    }
  }

  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    return this.#sender.send(outgoing, signal);
  }

  wasSent(outgoing: Outgoing, signal: AbortSignal): Promise<Sent | 'unknown' | undefined> {
    return this.#sender.wasSent(outgoing, signal);
  }

  openRoom(asked: NewRoom, signal: AbortSignal): Promise<OpenedRoom> {
    return this.#rooms.open(asked, signal);
  }

  furnish(room: Room, asked: NewRoom, signal: AbortSignal): Promise<readonly string[]> {
    return this.#rooms.furnish(room, asked, signal);
  }

  copyFile(asked: AskedFile, signal: AbortSignal): Promise<CopiedFile> {
    return this.#files.copy(asked, signal);
  }

  #listener(ears: Ears): Listener {
    return new Listener({
      ...this.#options,
      api: this.#api,
      ears,
      onStored: (key, cameAt) => this.#owe(key, cameAt),
      show: (key, data) => this.#callBack(key, { type: 4, data }),
    });
  }

  #noticing(client: library.Client, ears: Ears): Noticing {
    const { guilds, emoji = usualEmoji, now, wait, onTrouble } = this.#options;
    return new Noticing({
      ears,
      api: this.#api,
      guilds,
      emoji: new Set(emoji.map(plainEmoji)),
      self: () => client.user?.id,
      parentOf: (id) => {
        const channel = client.channels.cache.get(id);
        return channel?.isThread() === true ? (channel.parentId ?? undefined) : undefined;
      },
      now,
      wait: (ms) => wait(ms, this.#end.signal),
      onTrouble,
    });
  }

  async #readBack(client: library.Client, noticing: Noticing, ears: Ears): Promise<void> {
    const { guilds, emoji = usualEmoji, wait, onTrouble } = this.#options;
    if (ears.readBack === undefined) return;
    const reading = new ReadBack({
      from: ears.readBack,
      noticing,
      api: this.#api,
      guilds,
      emoji: new Set(emoji.map(plainEmoji)),
      threadsOf: (parent) =>
        [...client.channels.cache.values()]
          .filter((one) => one.isThread() && one.parentId === parent)
          .map(({ id }) => id),
      wait: (ms) => wait(ms, this.#end.signal),
      onTrouble,
    });
    await reading.read();
  }

  /** Puts the commands into each server that is allowed, or into that one. */
  async #register(only?: string): Promise<void> {
    const { guilds, verbs, main } = this.#options;
    const body = registrationOf(verbs, main);
    const application = await this.#applicationId();
    for (const guild of guilds.filter((id) => only === undefined || id === only)) {
      const route = `/applications/${application}/guilds/${guild}/commands` as const;
      try {
        await this.#api.call({ method: 'put', route, body }, AbortSignal.timeout(callMs));
      } catch (error) {
        // One server that the bot is not in keeps nobody from the others.
        this.#options.onTrouble(error);
      }
    }
  }

  async #applicationId(): Promise<string> {
    this.#application ??= this.#api
      .call({ method: 'get', route: '/applications/@me' }, AbortSignal.timeout(callMs))
      .then(idIn);
    try {
      return await this.#application;
    } catch (error) {
      this.#application = undefined;
      throw error;
    }
  }

  async #self(): Promise<string> {
    const call = { method: 'get', route: '/users/@me' } as const;
    return idIn(await this.#api.call(call, AbortSignal.timeout(callMs)));
  }

  #owe(key: AnswerKey, cameAt: Date): void {
    this.#firstAnswers.owe(key);
    // What took long to store has less time left.
    const spentMs = this.#options.now().getTime() - cameAt.getTime();
    this.#keep(this.#think(key, Math.max(0, thinkingAfterMs - spentMs)));
  }

  /** Shows the speaker that it is being worked at, unless the answer comes first. */
  async #think(key: AnswerKey, afterMs: number): Promise<void> {
    try {
      await this.#options.wait(afterMs, this.#end.signal);
    } catch {
      // When everything stops, what was stored is answered later: so it is shown at once.
    }
    try {
      await this.#showThinking(key);
    } catch (error) {
      if (!tooLate(error)) this.#options.onTrouble(error);
    } finally {
      this.#firstAnswers.forget(key);
    }
  }

  async #showThinking(key: AnswerKey): Promise<void> {
    const body = { type: 5, data: { flags: ephemeral } };
    const show = () => this.#firstAnswers.give(key, () => this.#callBack(key, body));
    try {
      await show();
    } catch (error) {
      const waitMs = error instanceof PlatformError ? error.retryAfterMs : undefined;
      // Within three seconds there is time for one more try, when Discord asks to wait.
      if (waitMs === undefined || waitMs > againWithinMs) throw error;
      await this.#options.wait(waitMs, this.#end.signal);
      await show();
    }
  }

  async #callBack({ interaction, token }: AnswerKey, body: unknown): Promise<void> {
    const route = `/interactions/${interaction}/${token}/callback` as const;
    const call = { method: 'post', route, body, isAnswer: true } as const;
    await this.#api.call(call, AbortSignal.timeout(callMs));
  }

  #keep(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work)).catch(this.#options.onTrouble);
  }
}
