import type * as library from 'discord.js';

import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import type { Ears } from '../chat.ts';
import { platformErrorOf } from './api.ts';
import type { Noticing, Packet } from './noticing.ts';

/** What of discord.js is used. */
export type Library = Pick<
  typeof library,
  'Client' | 'REST' | 'Events' | 'GatewayIntentBits' | 'Options'
>;

export type ConnectionParts = {
  readonly library: Library;
  readonly token: Secret;
  readonly apiUrl?: string;
  readonly ears: Ears;
  readonly onInteraction: (interaction: library.Interaction) => void;
  readonly noticingFor: (client: library.Client) => Noticing;
  /** Puts the commands into the servers, or into one; before anybody is heard. */
  readonly register: (guild?: string) => Promise<void>;
  readonly keep: (work: Promise<void>) => void;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
};

/** The one process that is connected says so again every few seconds; else another one takes over. */
export const leadEveryMs = 5_000;
const leadForMs = 20_000;

/**
 * The connection to the gateway. Of several processes one has it, by the database; Discord tells
 * whoever is connected, so a second one would only hear everything again. discord.js resumes a
 * connection that broke; what could not be made is made again here.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  #client: library.Client | undefined;
  #readsMessages = true;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** Connects, when this process may, and resolves once it has tried; keeps at it until the end. */
  async start(end: AbortSignal): Promise<void> {
    await this.#attend();
    this.#parts.keep(this.#stay(end));
  }

  async stop(): Promise<void> {
    await this.#disconnect();
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
      await this.#attend();
    }
  }

  async #attend(): Promise<void> {
    if (!(await this.#lead(leadForMs))) return this.#disconnect();
    if (this.#client !== undefined) return;
    try {
      await this.#connect();
    } catch (error) {
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

  async #connect(): Promise<void> {
    await this.#parts.register();
    try {
      await this.#open();
    } catch (error) {
      if (!isIntentRefused(error) || !this.#readsMessages) throw error;
      this.#readsMessages = false;
      this.#parts.onTrouble(noContent());
      await this.#open();
    }
  }

  async #open(): Promise<void> {
    const client = this.#newClient();
    this.#client = client;
    try {
      const { ClientReady } = this.#parts.library.Events;
      const ready = new Promise((resolve) => {
        client.once(ClientReady, resolve);
      });
      await client.login(this.#parts.token.reveal());
      await ready;
    } catch (error) {
      await this.#disconnect();
      throw error;
    }
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.destroy();
  }

  #newClient(): library.Client {
    const { Client: NewClient, Events, GatewayIntentBits, Options } = this.#parts.library;
    const { apiUrl, onTrouble, onInteraction, noticingFor, keep, register } = this.#parts;
    const client = new NewClient({
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
