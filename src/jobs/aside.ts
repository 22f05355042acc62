import { PlatformError } from '../errors.ts';
import type { Drive } from './drive.ts';
import { givenUp, patienceMs } from './patience.ts';

/** Longest pause between two rounds, in ms. */
const longestPauseMs = 30_000;
/** When so many in a row fail alike, it is the platform, and not each of them. */
const toldOneByOne = 3;

/**
 * A call that is not made again now: others are acted on first, or the plan is to go no further. What
 * was asked for stays asked for.
 */
export class SetAside extends PlatformError {
  /** What the timeline says of it; empty where that was said already. */
  readonly words: string;

  constructor(error: PlatformError, words: string) {
    const status = error.status === undefined ? {} : { status: error.status };
    super(error.platform, error.code, error.message, { cause: error, ...status });
    this.name = 'SetAside';
    this.words = words;
  }
}

type Waiting = {
  unanswered: number;
  rounds: number;
  /** When the others had been acted on; absent until then. */
  began?: Date;
};

/**
 * What failed for one target while others can be acted on: nobody waits for it, and it is asked again
 * in rounds once the others were acted on. Outside of those passes whoever asks waits, as for one alone.
 */
export class Aside {
  readonly #drive: Drive;
  readonly #met = new Map<string, Waiting>();
  #waiting = new Set<string>();
  #inARow = 0;
  #passes: 'none' | 'first' | 'later' = 'none';

  constructor(drive: Drive) {
    this.#drive = drive;
  }

  /** A call was taken, whatever it was about. */
  renew(): void {
    this.#inARow = 0;
  }

  /** How many calls about this got no answer in earlier passes. */
  unansweredOf(about: string): number {
    return this.#met.get(about)?.unanswered ?? 0;
  }

  /**
   * Acts on many, and again in rounds on what failed: pass after pass, until each was taken or has
   * failed for as long as Firebreak bears it.
   *
   * @param pass acts on what is still to be acted on
   */
  async inPasses(isMany: boolean, pass: () => Promise<void>): Promise<void> {
    const { context, signal } = this.#drive;
    if (!isMany) return pass();
    this.#passes = 'first';
    try {
      await pass();
      this.#passes = 'later';
      while (this.#waiting.size > 0 && (await this.#drive.mayGoOn())) {
        await context.wait(this.#begin(context.now()), signal);
        if (!(await this.#drive.mayGoOn())) return;
        await pass();
      }
    } finally {
      this.#passes = 'none';
    }
  }

  /** @returns how long to wait before the next round, in ms */
  #begin(now: Date): number {
    const waiting = [...this.#waiting].flatMap((about) => this.#met.get(about) ?? []);
    for (const one of waiting) one.began ??= now;
    this.#waiting = new Set();
    return Math.min(...waiting.map(pauseMsOf));
  }

  /**
   * Decides what becomes of a call that failed and was not put off by the platform.
   *
   * @returns undefined when it is to be made again at once, after a short pause
   * @throws SetAside when others come first; PlatformError when it failed for too long
   */
  meet(
    about: string,
    error: PlatformError,
    { round, unanswered }: { readonly round: number; readonly unanswered: number },
  ): void {
    if (this.#passes === 'none') return;
    // Where nothing is taken any more it is not only this one: each is tried once.
    if (this.#passes === 'first' && round === 0 && this.#inARow === 0) return;
    const known = this.#met.get(about);
    const waiting: Waiting = known ?? { unanswered: 0, rounds: 0 };
    if (known) this.#assertBearable(known, error);
    waiting.unanswered = unanswered;
    this.#met.set(about, waiting);
    this.#waiting.add(about);
    throw new SetAside(error, known ? '' : this.#words());
  }

  /** Counts one more round in which it failed. */
  #assertBearable(waiting: Waiting, error: PlatformError): void {
    if (waiting.began === undefined) return;
    waiting.rounds += 1;
    const borneMs = this.#drive.context.now().getTime() - waiting.began.getTime();
    const pauseMs = pauseMsOf(waiting);
    const atMostMs = patienceMs.failing;
    if (borneMs + pauseMs > atMostMs) throw givenUp(error, { pauseMs, borneMs, atMostMs });
  }

  #words(): string {
    this.#inARow += 1;
    if (this.#inARow <= toldOneByOne) return 'The others go on, and it is asked again at the end.';
    if (this.#inARow > toldOneByOne + 1) return '';
    return 'Nothing is taken just now: whatever else fails like this is asked again at the end, too.';
  }
}

function pauseMsOf({ rounds }: Waiting): number {
  return Math.min(1_000 * 4 ** rounds, longestPauseMs);
}
