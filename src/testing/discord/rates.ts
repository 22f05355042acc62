import { createHash } from 'node:crypto';

import { discordLimits } from './limits.ts';
import type { Answer } from './refusal.ts';

/** How often a bucket may be drawn from. */
export type Allowance = { readonly limit: number; readonly perMs: number };

type Told = {
  readonly route: RegExp;
  times: number;
  readonly retryAfterMs: number;
  readonly scope: 'user' | 'shared' | 'global';
};

const usual: Allowance = { limit: 1_000, perMs: 1_000 };
/** Name and topic of a channel: no documentation tells it, everybody meets it. */
const renaming = { route: /^PATCH \/channels\/\d+$/, allowance: { limit: 2, perMs: 10 * 60_000 } };

/** Counts what is asked, and says 429 where it is too much or where a test wants it. */
export class Rates {
  /** Answers of 401, 403 and 429, by when. */
  readonly invalid: number[] = [];
  readonly #now: () => Date;
  readonly #buckets = new Map<string, number[]>();
  readonly #allowances: { readonly route: RegExp; readonly allowance: Allowance }[] = [renaming];
  readonly #told: Told[] = [];
  #lately: number[] = [];

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Calls whose `METHOD /path` matches are answered 429 so many times. */
  refuse(route: RegExp, told: Partial<Omit<Told, 'route'>> = {}): void {
    this.#told.push({ route, times: 1, retryAfterMs: 50, scope: 'user', ...told });
  }

  /** Calls whose `METHOD /path` matches have a smaller bucket of their own. */
  allow(route: RegExp, allowance: Allowance): void {
    this.#allowances.push({ route, allowance });
  }

  /** True when this address asked for too many wrong things: Discord does not answer it any more. */
  get isShutOut(): boolean {
    const since = this.#now().getTime() - discordLimits.invalidWindowMs;
    while ((this.invalid[0] ?? Infinity) < since) this.invalid.shift();
    return this.invalid.length >= discordLimits.invalidRequests;
  }

  /** Undefined when the call may pass. Interaction endpoints are outside the global limit. */
  meet(call: string, isForInteraction: boolean): Answer | undefined {
    const told = this.#told.find(({ route, times }) => times > 0 && route.test(call));
    if (told) {
      told.times -= 1;
      return tooMany(told.retryAfterMs, told.scope);
    }
    const now = this.#now().getTime();
    if (!isForInteraction) {
      this.#lately = [...this.#lately.filter((at) => at > now - 1_000), now];
      if (this.#lately.length > discordLimits.requestsASecond) return tooMany(1_000, 'global');
    }
    const { limit, perMs } = this.#allowanceOf(call);
    const drawn = (this.#buckets.get(bucketOf(call)) ?? []).filter((at) => at > now - perMs);
    if (drawn.length >= limit) return tooMany((drawn[0] ?? now) + perMs - now, 'user');
    this.#buckets.set(bucketOf(call), [...drawn, now]);
    return undefined;
  }

  /** What every answer says of its bucket. */
  headers(call: string): Readonly<Record<string, string>> {
    const { limit, perMs } = this.#allowanceOf(call);
    const drawn = this.#buckets.get(bucketOf(call)) ?? [];
    const now = this.#now().getTime();
    const resetMs = Math.max(0, (drawn[0] ?? now) + perMs - now);
    return {
      'x-ratelimit-bucket': createHash('md5').update(bucketOf(call)).digest('hex'),
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - drawn.length)),
      'x-ratelimit-reset': String((now + resetMs) / 1_000),
      'x-ratelimit-reset-after': String(resetMs / 1_000),
    };
  }

  #allowanceOf(call: string): Allowance {
    return this.#allowances.find(({ route }) => route.test(call))?.allowance ?? usual;
  }
}

/** One bucket for each method and channel or guild, as Discord's "major parameters" are. */
function bucketOf(call: string): string {
  return call.replaceAll(/(?<!channels|guilds|webhooks)\/\d{15,}/g, '/:id').replace(/\?.*$/, '');
}

function tooMany(afterMs: number, scope: string): Answer {
  const seconds = Math.max(1, afterMs) / 1_000;
  const isGlobal = scope === 'global';
  return {
    status: 429,
    json: {
      message: 'You are being rate limited.',
      retry_after: seconds,
      global: isGlobal,
    },
    headers: {
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-scope': scope,
      'x-ratelimit-reset-after': String(seconds),
      ...(isGlobal ? { 'x-ratelimit-global': 'true' } : {}),
    },
  };
}
