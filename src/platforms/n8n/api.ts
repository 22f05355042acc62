import { promises as timers } from 'node:timers';

import type { z } from 'zod';

import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { inKnownForm } from '../answer-form.ts';
import type { GuardedAnswer, GuardedFetch, GuardedRequest } from '../guarded-fetch.ts';
import { readAgainWhenCut } from '../read-again.ts';
import { TheirClock } from '../their-clock.ts';
import { pageAnswer } from './answers.ts';
import { refusal } from './refusal.ts';
import type { Purpose } from './refusal.ts';
import { subjectOf } from './subject.ts';

export type ApiOptions = {
  /** Where the editor is, without `/api/v1`. */
  readonly baseUrl: string;
  readonly token: Secret;
  readonly fetch: GuardedFetch;
  readonly now: () => Date;
  /** Waits, or throws when the signal is given. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** A list, and how many of its items could not be read. */
export type Listed<T> = {
  readonly items: readonly T[];
  readonly unreadable: number;
  /** Where it goes on, when it was ended before its end. */
  readonly next?: string;
};

/** n8n cuts larger pages silently to this. */
export const largestPage = 250;
const maxPages = 10_000;
const listWithinMs = 120_000;

/** Calls n8n's public API: the key, the clock, pages and refusals. What may be asked is in `client.ts`. */
export class N8nApi {
  readonly #options: ApiOptions;
  readonly #theirClock = new TheirClock();

  constructor(options: ApiOptions) {
    const baseUrl = options.baseUrl.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
    this.#options = { ...options, baseUrl };
  }

  now(): Date {
    return this.#options.now();
  }

  /** n8n's clock minus ours in ms, as its last answer said; 0 for the same. */
  get clockAheadMs(): number {
    return this.#theirClock.aheadMs;
  }

  /** An instant of ours on n8n's clock, whose instants executions carry. */
  onTheirClock(at: Date): Date {
    return new Date(at.getTime() + this.clockAheadMs);
  }

  /** The id of the user whose key this is, where the key shows it. */
  subject(): string | undefined {
    return subjectOf(this.#options.token.reveal());
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return this.#options.wait(ms, signal);
  }

  async get(path: string, signal: AbortSignal, withinMs?: number): Promise<GuardedAnswer> {
    const call = { method: 'GET', url: path, answer: 'json' } as const;
    return readAgainWhenCut(() => this.#call(call, signal, withinMs), signal);
  }

  async post(
    path: string,
    body: unknown,
    signal: AbortSignal,
    withinMs?: number,
  ): Promise<GuardedAnswer> {
    const call = { method: 'POST', url: path, answer: 'json' } as const;
    return this.#call(body === undefined ? call : { ...call, body }, signal, withinMs);
  }

  async patch(path: string, body: unknown, signal: AbortSignal): Promise<GuardedAnswer> {
    return this.#call({ method: 'PATCH', url: path, answer: 'json', body }, signal, undefined);
  }

  async put(path: string, body: unknown, signal: AbortSignal): Promise<GuardedAnswer> {
    return this.#call({ method: 'PUT', url: path, answer: 'json', body }, signal, undefined);
  }

  async delete(path: string, signal: AbortSignal): Promise<GuardedAnswer> {
    return this.#call({ method: 'DELETE', url: path, answer: 'json' }, signal, undefined);
  }

  /** @throws PlatformError unless the platform did as asked */
  good(answer: GuardedAnswer, purpose: Purpose): unknown {
    if (answer.status < 300) return answer.body;
    throw refusal(answer, purpose, this.now());
  }

  parse<T>(schema: z.ZodType<T>, body: unknown): T {
    return inKnownForm('n8n', 'n8n', schema, body);
  }

  async read<T>(
    path: string,
    purpose: Purpose,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return this.parse(schema, this.good(await this.get(path, signal), purpose));
  }

  /**
   * A list to its last page.
   *
   * @param options.onPage gets each page while the next one is under way
   * @param options.until  ends the list early when it says so of the page just read
   * @param options.from   goes on where an earlier list of the same path was ended
   */
  async list<T>(
    path: string,
    purpose: Purpose,
    schema: z.ZodType<T>,
    signal: AbortSignal,
    options: ListOptions<T> = {},
  ): Promise<Listed<T>> {
    const items: T[] = [];
    let unreadable = 0;
    let cursor = options.from;
    const page = async (): Promise<Page> => {
      const answer = await this.get(
        pagePath(path, options.size ?? largestPage, cursor),
        signal,
        listWithinMs,
      );
      return this.parse(pageAnswer, this.good(answer, purpose));
    };
    let next: Promise<Page> | undefined = page();
    for (let pages = 0; pages < maxPages; pages += 1) {
      const { data, nextCursor }: Page = await next;
      const isLast: boolean = !nextCursor || nextCursor === cursor;
      cursor = nextCursor ?? undefined;
      next = isLast || options.until ? undefined : page();
      // Awaited later; until then a failure must not count as unhandled.
      next?.catch(() => undefined);
      // Undici reuses a socket one turn after its last answer. Without the turn, the next page
      // would be asked for only after this one has been worked on.
      await timers.setImmediate();
      const read = data.flatMap((item) => {
        const parsed = schema.safeParse(item);
        return parsed.success ? [parsed.data] : [];
      });
      unreadable += data.length - read.length;
      items.push(...read);
      options.onPage?.(read);
      if (isLast) return { items, unreadable };
      if (cursor !== undefined && options.until?.(read)) return { items, unreadable, next: cursor };
      next ??= page();
    }
    throw new PlatformError('n8n', 'unreadable', 'n8n sent a list without end; it was given up.');
  }

  /**
   * Asks an entry point which methods it takes, as a browser would. Nothing runs, and no key is sent.
   *
   * @param path below the base URL, already encoded
   */
  async preflight(path: string, method: string, signal: AbortSignal): Promise<GuardedAnswer> {
    const { baseUrl, fetch } = this.#options;
    // n8n 2.40.7 answers 204 to everything when one of the two headers is missing.
    const headers = {
      origin: new URL(baseUrl).origin,
      'access-control-request-method': method,
    };
    return fetch({ method: 'OPTIONS', url: `${baseUrl}${path}`, headers, answer: 'none' }, signal);
  }

  /**
   * Calls what n8n serves its own editor, where no API key counts and none is sent.
   *
   * @param call.url below `/rest`
   */
  async rest(
    call: GuardedRequest,
    cookie: Secret | undefined,
    signal: AbortSignal,
  ): Promise<GuardedAnswer> {
    const { baseUrl, fetch } = this.#options;
    const headers = cookie ? { cookie: cookie.reveal() } : {};
    return fetch({ ...call, url: `${baseUrl}/rest${call.url}`, headers }, signal);
  }

  async #call(
    call: GuardedRequest,
    signal: AbortSignal,
    withinMs: number | undefined,
  ): Promise<GuardedAnswer> {
    const { baseUrl, token, fetch } = this.#options;
    const answer = await fetch(
      {
        ...call,
        url: `${baseUrl}/api/v1${call.url}`,
        headers: { 'X-N8N-API-KEY': token.reveal() },
        ...(withinMs === undefined ? {} : { withinMs }),
      },
      signal,
    );
    this.#theirClock.learn(answer.header('date'), this.now());
    return answer;
  }
}

export type ListOptions<T> = {
  readonly size?: number;
  readonly onPage?: (items: readonly T[]) => void;
  readonly until?: (items: readonly T[]) => boolean;
  readonly from?: string;
};

type Page = { readonly data: readonly unknown[]; readonly nextCursor?: string | null | undefined };

function pagePath(path: string, size: number, cursor: string | undefined): string {
  const glue = path.includes('?') ? '&' : '?';
  const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  return `${path}${glue}limit=${size}${from}`;
}
