import { WebAPIRateLimitedError } from '@slack/web-api';

import type { SlackConnectionOptions } from './connection.ts';
import { SlackConnection } from './connection.ts';
import { slackProblem } from './slack-error.ts';

/** Two, so that one stays when the other breaks. */
const connectionsAtOnce = 2;
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** However long Slack asks to wait, in ms: a header may say anything, and nothing is heard meanwhile. */
const askedAtMostMs = 15 * 60_000;

export type SlackSocketOptions = SlackConnectionOptions & {
  /** Called when Slack is heard after it was not: at first, and after each gap. */
  readonly onHearing: () => void;
};

/**
 * Slack by Socket Mode, over two connections. A fresh one is open before an old one closes, so that
 * nothing is missed when Slack takes one back; and Slack may be away for as long as it likes.
 */
export class SlackSocket {
  readonly #options: SlackSocketOptions;
  readonly #stopping = new AbortController();
  readonly #open = new Set<SlackConnection>();
  #kept: readonly Promise<void>[] = [];

  constructor(options: SlackSocketOptions) {
    this.#options = options;
  }

  /** Resolves once the first connection stands, or the first try has failed. */
  async start(): Promise<void> {
    const tried = Array.from({ length: connectionsAtOnce }, () => Promise.withResolvers<void>());
    this.#kept = tried.map(({ resolve }) => this.#keep(resolve));
    await Promise.race(tried.map(({ promise }) => promise));
  }

  /** Takes nothing more in, lets what is under way be acknowledged, and closes. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopping.abort();
    const { promise: gaveUp, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    const closed = [...this.#open].map((connection) => connection.close());
    await Promise.race([Promise.allSettled([...closed, ...this.#kept]), gaveUp]);
  }

  async #keep(tried: () => void): Promise<void> {
    const { signal } = this.#stopping;
    let waitMs = firstWaitMs;
    let last: SlackConnection | undefined;
    while (!signal.aborted) {
      const next = new SlackConnection(this.#options);
      try {
        await next.open(signal);
      } catch (error) {
        tried();
        if (signal.aborted) return;
        const problem = slackProblem(error);
        this.#options.onFailure(problem);
        const told = error instanceof WebAPIRateLimitedError ? error.retryAfter * 1000 : 0;
        await this.#pause(Math.max(waitMs, Math.min(told, askedAtMostMs)));
        waitMs = Math.min(waitMs * 2, longestWaitMs);
        continue;
      }
      tried();
      if (this.#open.size === 0) this.#options.onHearing();
      waitMs = firstWaitMs;
      last?.release();
      last = next;
      await this.#stands(next);
    }
  }

  /** Resolves when another connection should take its place, or all of them end. */
  async #stands(connection: SlackConnection): Promise<void> {
    this.#open.add(connection);
    void connection.closed.then(() => this.#open.delete(connection));
    if (this.#stopping.signal.aborted) await connection.close();
    await connection.over;
  }

  async #pause(ms: number): Promise<void> {
    try {
      await this.#options.wait(ms, this.#stopping.signal);
    } catch {
      // Told to stop: whoever waits looks.
    }
  }
}
