import type * as library from 'discord.js';

import type { Form } from '../../domain/form.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Ears, Outgoing, Sent, Surface } from '../chat.ts';
import type { AnswerKey } from './answer-key.ts';
import { DiscordApi, idIn, platformErrorOf } from './api.ts';
import { FirstAnswers } from './first-answers.ts';
import { Listener } from './listener.ts';
import { Noticing } from './noticing.ts';
import type { Packet } from './noticing.ts';
import { registrationOf } from './registration.ts';
import type { LineFrom, Verb } from './registration.ts';
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
  readonly now: () => Date;
  /** Resolves after so many ms, rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What went wrong where nobody waits for an answer. It may hold anything: redact it. */
  readonly onTrouble: (error: unknown) => void;
};

/** So long the true answer is waited for before "is thinking" is shown; three seconds are given. */
const thinkingAfterMs = 1_200;
const callMs = 10_000;
const loginRetryMs = 15_000;
const ephemeral = 64;
/** Put on a message, they put it on the timeline. */
const timelineEmoji = ['📌'];

/** Opens Discord; discord.js is loaded here, because it alone costs half a second. */
export async function openDiscord(options: DiscordOptions): Promise<Surface> {
  return new Discord(options, await import('discord.js'));
}

type Library = Pick<
  typeof library,
  'Client' | 'REST' | 'Events' | 'GatewayIntentBits' | 'Partials' | 'Options'
>;

class Discord implements Surface {
  readonly name = 'discord';
  readonly #options: DiscordOptions;
  readonly #library: Library;
  readonly #rest: library.REST;
  readonly #api: DiscordApi;
  readonly #sender: Sender;
  readonly #firstAnswers = new FirstAnswers();
  readonly #end = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #client: library.Client | undefined;
  #application: Promise<string> | undefined;

  constructor(options: DiscordOptions, loaded: Library) {
    this.#options = options;
    this.#library = loaded;
    const api = options.apiUrl === undefined ? {} : { api: options.apiUrl };
    this.#rest = new loaded.REST({
      ...api,
      version: '10',
      // Once, and within a bound: whoever sends decides about trying again.
      retries: 0,
      timeout: callMs,
      rejectOnRateLimit: () => true,
    });
    this.#rest.setToken(options.token.reveal());
    this.#api = new DiscordApi(this.#rest);
    this.#sender = new Sender({
      api: this.#api,
      application: () => this.#applicationId(),
      firstAnswers: this.#firstAnswers,
    });
  }

  async start(ears: Ears): Promise<void> {
    const { verbs, main, lineFrom, formFor, guilds, now, onTrouble } = this.#options;
    const listener = new Listener({
      ears,
      verbs,
      main,
      lineFrom,
      formFor,
      guilds,
      now,
      onStored: (key) => this.#owe(key),
      show: (key, data) => this.#callBack(key, { type: 4, data }),
      onTrouble,
    });
    try {
      await this.#connect(listener, ears);
    } catch (error) {
      onTrouble(platformErrorOf(error));
      this.#keep(this.#connectLater(listener, ears));
    }
  }

  async stop(signal: AbortSignal): Promise<void> {
    this.#end.abort();
    await this.#client?.destroy();
    await Promise.race([Promise.allSettled(this.#underWay), aborted(signal)]);
    this.#rest.clearHashSweeper();
    this.#rest.clearHandlerSweeper();
  }

  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    return this.#sender.send(outgoing, signal);
  }

  wasSent(outgoing: Outgoing, signal: AbortSignal): Promise<Sent | undefined> {
    return this.#sender.wasSent(outgoing, signal);
  }

  async #connect(listener: Listener, ears: Ears): Promise<void> {
    const client = this.#newClient(listener, ears);
    try {
      await this.#register();
      const ready = new Promise((resolve) => {
        client.once(this.#library.Events.ClientReady, resolve);
      });
      await client.login(this.#options.token.reveal());
      await ready;
      this.#client = client;
    } catch (error) {
      await client.destroy();
      throw error;
    }
  }

  async #connectLater(listener: Listener, ears: Ears): Promise<void> {
    while (!this.#end.signal.aborted) {
      try {
        await this.#options.wait(loginRetryMs, this.#end.signal);
        await this.#connect(listener, ears);
        return;
      } catch (error) {
        if (!this.#end.signal.aborted) this.#options.onTrouble(platformErrorOf(error));
      }
    }
  }

  #newClient(listener: Listener, ears: Ears): library.Client {
    const { Client: NewClient, Events, GatewayIntentBits, Options } = this.#library;
    const { apiUrl, onTrouble } = this.#options;
    const client = new NewClient({
      intents: [
        GatewayIntentBits.Guilds,
        GatewayIntentBits.GuildMessages,
        GatewayIntentBits.GuildMessageReactions,
        GatewayIntentBits.MessageContent,
      ],
      makeCache: Options.cacheWithLimits({
        ...Options.DefaultMakeCacheSettings,
        MessageManager: 0,
        ReactionManager: 0,
        PresenceManager: 0,
      }),
      rest: { version: '10', ...(apiUrl === undefined ? {} : { api: apiUrl }) },
    });
    client.on(Events.InteractionCreate, (interaction) => this.#keep(listener.hear(interaction)));
    client.on(Events.Error, onTrouble);
    const noticing = this.#noticing(client, ears);
    client.on(Events.Raw, (packet: Packet) => this.#keep(noticing.notice(packet)));
    return client;
  }

  #noticing(client: library.Client, ears: Ears): Noticing {
    const { guilds, now, onTrouble } = this.#options;
    return new Noticing({
      ears,
      api: this.#api,
      guilds,
      emoji: new Set(timelineEmoji),
      parentOf: (id) => {
        const channel = client.channels.cache.get(id);
        return channel?.isThread() === true ? (channel.parentId ?? undefined) : undefined;
      },
      now,
      onTrouble,
    });
  }

  /** Puts the commands into each server that is allowed. */
  async #register(): Promise<void> {
    const { guilds, verbs, main } = this.#options;
    const body = registrationOf(verbs, main);
    const application = await this.#applicationId();
    for (const guild of guilds) {
      const route = `/applications/${application}/guilds/${guild}/commands` as const;
      await this.#api.call({ method: 'put', route, body }, this.#end.signal);
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

  #owe(key: AnswerKey): void {
    this.#firstAnswers.owe(key);
    this.#keep(this.#think(key));
  }

  /** Shows the speaker that it is being worked at, unless the answer comes first. */
  async #think(key: AnswerKey): Promise<void> {
    try {
      await this.#options.wait(thinkingAfterMs, this.#end.signal);
    } catch {
      // When everything stops, what was stored is answered later: so it is shown at once.
    }
    const body = { type: 5, data: { flags: ephemeral } };
    try {
      await this.#firstAnswers.give(key, () => this.#callBack(key, body));
    } catch (error) {
      if (!tooLate(error)) this.#options.onTrouble(error);
    } finally {
      this.#firstAnswers.forget(key);
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
