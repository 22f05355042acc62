import type * as library from 'discord.js';

import type { Secret } from '../../domain/secret.ts';
import { span } from '../../domain/wording.ts';
import { PlatformError } from '../../errors.ts';
import type { Ears } from '../chat.ts';
import { platformErrorOf } from './api.ts';
import { stayingLetGo } from './let-go.ts';
import type { Noticing, Packet } from './noticing.ts';

/** What of discord.js is used. */
export type Library = Pick<
  typeof library,
  'Client' | 'REST' | 'Events' | 'GatewayIntentBits' | 'Options' | 'SimpleShardingStrategy'
>;

export type ConnectionParts = {
  readonly library: Library;
  readonly token: Secret;
  readonly apiUrl?: string;
  readonly ears: Ears;
  readonly onInteraction: (interaction: library.Interaction) => void;
  readonly noticingFor: (client: library.Client) => Noticing;
  /** Reads what was missed; for each session that is new, and not for one that is resumed. */
  readonly readBack: (client: library.Client, noticing: Noticing) => Promise<void>;
  /** Puts the commands into the servers, or into one; before anybody is heard. */
  readonly register: (guild?: string) => Promise<void>;
  readonly keep: (work: Promise<void>) => void;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
};

/** The one process that is connected says so again every few seconds; else another one takes over. */
export const leadEveryMs = 5_000;
const leadForMs = 20_000;
/** So long Discord may take to say that a connection is ready. */
export const readyWithinMs = 15_000;
/** Looks that pass between two tries at the most, two minutes: Discord allows 1,000 logins a day. */
const looksBetween = 24;

/**
 * The connection to the gateway. Of several processes one has it, by the database; Discord tells
 * whoever is connected, so a second one would only hear everything again. discord.js resumes a
 * connection that broke; what could not be made is made again here.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  #client: library.Client | undefined;
  #readsMessages = true;
  readonly #letGone = new WeakSet<library.Client>();
  /** While it is tried; it never rejects. */
  #trying: Promise<void> | undefined;
  /** Ends what is tried just now. */
  #giveUp: AbortController | undefined;
  /** Tries in a row that were in vain. */
  #vain = 0;
  /** Looks to let pass before the next try. */
  #resting = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** Connects, when this process may, and resolves once it has tried; keeps at it until the end. */
  async start(end: AbortSignal): Promise<void> {
    await this.#attend(end);
    this.#parts.keep(this.#stay(end));
    await this.#trying;
  }

  async stop(): Promise<void> {
    await this.#disconnect();
    await this.#trying;
    // Over at once, so that another process need not wait for it.
    await this.#lead(0);
  }

  async #stay(end: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.#parts.wait(leadEveryMs, end);
      } catch {
        return;
      }
      await this.#attend(end);
    }
  }

  /** Says again who leads, and begins to connect where that is to be done; it does not wait for that. */
  async #attend(end: AbortSignal): Promise<void> {
    if (!(await this.#lead(leadForMs))) return this.#disconnect();
    if (this.#client !== undefined || this.#trying !== undefined || end.aborted) return;
    if (this.#resting > 0) {
      this.#resting -= 1;
      return;
    }
    this.#trying = this.#try(end).finally(() => {
      this.#trying = undefined;
    });
  }

  async #try(end: AbortSignal): Promise<void> {
    this.#giveUp = new AbortController();
    const over = AbortSignal.any([end, this.#giveUp.signal]);
    try {
      await this.#connect(over);
      this.#vain = 0;
    } catch (error) {
      if (over.aborted) return;
      this.#vain += 1;
      this.#resting = Math.min(2 ** (this.#vain - 1) - 1, looksBetween);
      this.#parts.onTrouble(platformErrorOf(error));
    }
  }

  /** False, too, when it cannot be found out: then somebody else may have it. */
  async #lead(forMs: number): Promise<boolean> {
    const { ears, onTrouble } = this.#parts;
    try {
      return ears.lead === undefined || (await ears.lead('discord', forMs));
    } catch (error) {
      onTrouble(error);
      return false;
    }
  }

  async #connect(over: AbortSignal): Promise<void> {
    await this.#parts.register();
    over.throwIfAborted();
    try {
      await this.#open(over);
    } catch (error) {
      if (!isIntentRefused(error) || !this.#readsMessages) throw error;
      this.#readsMessages = false;
      this.#parts.onTrouble(noContent());
      await this.#open(over);
    }
  }

  async #open(over: AbortSignal): Promise<void> {
    const client = this.#newClient();
    const enough = new AbortController();
    this.#client = client;
    try {
      const { ClientReady } = this.#parts.library.Events;
      const ready = new Promise((resolve) => {
        client.once(ClientReady, resolve);
      });
      const login = client.login(this.#parts.token.reveal()).then(() => ready);
      await Promise.race([login, this.#tooLong(AbortSignal.any([over, enough.signal]))]);
    } catch (error) {
      if (this.#client === client) this.#client = undefined;
      await this.#letGo(client);
      throw error;
    } finally {
      enough.abort();
    }
  }

  async #tooLong(signal: AbortSignal): Promise<never> {
    await this.#parts.wait(readyWithinMs, signal);
    const text = `Discord took the login and did not say within ${span(readyWithinMs)} that the connection is ready.`;
    throw new PlatformError('discord', 'timed_out', text);
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#giveUp?.abort();
    if (client !== undefined) await this.#letGo(client);
  }

  /** discord.js ends a connection that is not ready too, but answers only once it is: nobody waits then. */
  async #letGo(client: library.Client): Promise<void> {
    this.#letGone.add(client);
    const isReady = client.isReady();
    const gone = client.destroy().catch(this.#parts.onTrouble);
    if (isReady) await gone;
  }

  #newClient(): library.Client {
    const { Client: NewClient, Events, GatewayIntentBits, Options } = this.#parts.library;
    const { apiUrl, onTrouble, onInteraction, noticingFor, readBack, keep, register } = this.#parts;
    const client: library.Client = new NewClient({
      ws: { buildStrategy: stayingLetGo(this.#parts.library, () => this.#letGone.has(client)) },
      intents: [
        GatewayIntentBits.Guilds,
        GatewayIntentBits.GuildMessages,
        GatewayIntentBits.GuildMessageReactions,
        // The audit log, which says who unpinned; told only to bots that may see it.
        GatewayIntentBits.GuildModeration,
        ...(this.#readsMessages ? [GatewayIntentBits.MessageContent] : []),
      ],
      makeCache: Options.cacheWithLimits({
        ...Options.DefaultMakeCacheSettings,
        MessageManager: 0,
        ReactionManager: 0,
        PresenceManager: 0,
      }),
      rest: { version: '10', ...(apiUrl === undefined ? {} : { api: apiUrl }) },
    });
    const noticing = noticingFor(client);
    client.on(Events.InteractionCreate, onInteraction);
    client.on(Events.Raw, (packet: Packet) => keep(noticing.notice(packet)));
    client.on(Events.ShardReady, () => keep(readBack(client, noticing)));
    // Told of servers that the bot is invited to while it runs.
    client.on(Events.GuildCreate, ({ id }) => keep(register(id)));
    client.on(Events.Error, onTrouble);
    // Only told when discord.js gives it up: then it is begun anew.
    client.on(Events.ShardDisconnect, () => {
      if (this.#client === client) this.#client = undefined;
    });
    return client;
  }
}

function isIntentRefused(error: unknown): boolean {
  return error instanceof Error && /disallowed intents/i.test(error.message);
}

function noContent(): PlatformError {
  const text =
    'The Message Content Intent of the Discord app is off: what is pinned comes without its text. ' +
    'It is switched on in the developer portal, under Bot.';
  return new PlatformError('discord', 'refused', text);
}
