import type { Clock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';
import type { Method } from './method.ts';
import { TooFast } from './slack-error.ts';

const minuteMs = 60_000;
/** How often `auth.test` and `chat.getPermalink` may be called a minute. */
const specialAMinute = 600;

/** How often each method may be called: so many within any minute, by its tier. */
export class Rates {
  readonly #clock: Clock;
  readonly #calls = new Map<string, number[]>();
  readonly #told = new Map<string, number>();
  #areOn: boolean;

  constructor(clock: Clock, areOn: boolean) {
    this.#clock = clock;
    this.#areOn = areOn;
  }

  /** From now on Slack counts, or no longer. */
  count(areOn: boolean): void {
    this.#areOn = areOn;
    this.#calls.clear();
  }

  /** The next calls of a method are refused, so many times, each with when to come back. */
  refuseNext(method: string, times: number, retryAfterSeconds = 1): void {
    this.#told.set(method, times);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  retryAfterSeconds = 1;

  /** @throws TooFast */
  take(name: string, method: Method, channel: string): void {
    const left = this.#told.get(name) ?? 0;
    if (left > 0) {
      this.#told.set(name, left - 1);
      throw new TooFast(this.retryAfterSeconds);
    }
    if (!this.#areOn) return;
    if (method.tier === 'post') {
      this.#within(`${name}/${channel}`, slackLimits.postsPerSecond, 1_000);
      return;
    }
    const atMost = method.tier === 'special' ? specialAMinute : slackLimits.tiers[method.tier];
    this.#within(name, atMost, minuteMs);
  }

  #within(key: string, atMost: number, windowMs: number): void {
    const now = this.#clock.now().getTime();
    const recent = (this.#calls.get(key) ?? []).filter((at) => now - at < windowMs);
    const [oldest] = recent;
    if (recent.length >= atMost && oldest !== undefined) {
      throw new TooFast(Math.max(1, Math.ceil((oldest + windowMs - now) / 1000)));
    }
    this.#calls.set(key, [...recent, now]);
  }
}
