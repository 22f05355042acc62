import { SocketModeClient } from '@slack/socket-mode';
import { z } from 'zod';

import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { clientOptions } from './clients.ts';
import type { Receive } from './listener.ts';
import { quietLogger } from './quiet-logger.ts';

/** So long may it take until Slack says hello, in ms. */
const helloMs = 10_000;
/** So long stays a connection that another has taken the place of, in ms. */
const lingerMs = 2_000;

export type SlackConnectionOptions = {
  readonly appToken: Secret;
  readonly apiUrl?: string;
  readonly receive: Receive;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
};

const envelopeShape = z.object({
  body: z.record(z.string(), z.unknown()),
  ack: z.custom<(answer?: Record<string, unknown>) => Promise<void>>(
    (value) => typeof value === 'function',
  ),
});

/**
 * One connection of Socket Mode, from its hello to its end; it is never made anew.
 *
 * When Slack announces that it takes the connection back, Slack's client closes it at once, and what
 * was just heard could not be acknowledged any more. So the announcement is held back until the
 * connection is released and its acks have left.
 */
export class SlackConnection {
  /** Resolves when another should take its place: it broke, or Slack takes it back. */
  readonly over: Promise<void>;
  /** Resolves when it is closed. */
  readonly closed: Promise<void>;
  readonly #client: SocketModeClient;
  readonly #options: SlackConnectionOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #end = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  #isDeaf = false;

  constructor(options: SlackConnectionOptions) {
    this.#options = options;
    this.over = this.#end.promise;
    this.closed = this.#closed.promise;
    this.#client = new SocketModeClient({
      appToken: options.appToken.reveal(),
      // Slack's own way to connect again ends the process when Slack cannot be reached.
      autoReconnectEnabled: false,
      logger: quietLogger,
      clientOptions: clientOptions(helloMs, options.apiUrl),
    });
    this.#client.on('disconnected', () => {
      this.#end.resolve();
      this.#closed.resolve();
    });
    this.#client.on('slack_event', (envelope: unknown) => this.#take(envelope));
    this.#holdBackGoodbye();
  }

  /** Connects. @throws when Slack refuses, cannot be reached or says no hello */
  async open(signal: AbortSignal): Promise<void> {
    const gaveUp = new AbortController();
    const late = this.#options.wait(helloMs, AbortSignal.any([signal, gaveUp.signal])).then(() => {
      throw new PlatformError('slack', 'timed_out', 'Slack let the connection wait.');
    });
    const opened = this.#client.start().catch((error: unknown) => {
      // Slack's client rejects with nothing when the connection broke before its hello.
      throw error ?? new PlatformError('slack', 'cut', 'The connection to Slack broke.');
    });
    try {
      await Promise.race([opened, late]);
    } catch (error) {
      this.#isDeaf = true;
      // While it connects Slack's client closes twice and keeps a timer: so it is waited for. What
      // never says hello is closed.
      if (!signal.aborted) void this.#client.disconnect();
      const closed = opened.then(
        () => this.#client.disconnect(),
        () => {},
      );
      if (signal.aborted) await closed;
      throw error;
    } finally {
      gaveUp.abort();
      late.catch(() => {});
    }
  }

  /** Another stands in its place: it closes once its acks have left. */
  release(): void {
    this.#released.resolve();
  }

  /** Takes nothing more in, lets what is under way be acknowledged, and closes. */
  async close(): Promise<void> {
    this.#isDeaf = true;
    this.#stopping.abort();
    await Promise.allSettled(this.#underWay);
    await this.#client.disconnect();
  }

  #take(envelope: unknown): void {
    const { data } = envelopeShape.safeParse(envelope);
    if (data === undefined || this.#isDeaf) return;
    const work = this.#receive(data).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #receive({ body, ack }: z.infer<typeof envelopeShape>): Promise<void> {
    try {
      await this.#options.receive({ body, acknowledge: ack });
    } catch (error) {
      // The ack found the connection closed: Slack sends it again, and a repeat is dropped.
      this.#options.onFailure(error);
    }
  }

  #holdBackGoodbye(): void {
    const [hear, ...others] = this.#client.listeners('ws_message');
    if (hear === undefined || others.length > 0) throw new Error('Slack’s client has changed.');
    this.#client.off('ws_message');
    this.#client.on('ws_message', (data: unknown, isBinary: unknown) => {
      if (isGoodbye(data)) void this.#leave().then(() => hear.call(this.#client, data, isBinary));
      else hear.call(this.#client, data, isBinary);
    });
  }

  async #leave(): Promise<void> {
    this.#end.resolve();
    await this.#released.promise;
    // What Slack sent by it before it knew the other is still on its way.
    await this.#options.wait(lingerMs, this.#stopping.signal).catch(() => {});
    await Promise.allSettled(this.#underWay);
  }
}

function isGoodbye(data: unknown): boolean {
  return typeof data === 'string' && /^\s*\{\s*"type"\s*:\s*"disconnect"/.test(data);
}
