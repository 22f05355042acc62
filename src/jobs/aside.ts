import { span } from '../domain/wording.ts';
import { PlatformError } from '../errors.ts';
import type { About } from './ask.ts';
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

/**
 * A call that was not made, though its intent is stored: the plan is to go no further. What was asked
 * for before stays asked for.
 */
export class NotAsked extends SetAside {
  constructor(platform: string) {
    const text = 'It was not asked for: the plan was to go no further.';
    super(new PlatformError(platform, 'blocked', text), '');
    this.name = 'NotAsked';
  }
}

type Waiting = {
  readonly workflow: string;
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
  readonly #waiting = new Set<Waiting>();
  /** When those are asked again; absent until they are waited for. */
  #roundAt: Date | undefined;
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
  unansweredOf(about: About): number {
    return this.#met.get(keyOf(about))?.unanswered ?? 0;
  }

  /** True for a workflow that is set aside until the next round. */
  holds(workflow: string): boolean {
    return [...this.#waiting].some((one) => one.workflow === workflow);
  }

  /**
   * Acts on many, and again in rounds on what failed: pass after pass, until each was taken or has
   * failed for as long as Firebreak bears it.
   *
   * @param pass acts on what is still to be acted on and not held, and looks at what has ended beside
   *   the others meanwhile
   */
  async inPasses(
    isMany: boolean,
    pass: (ended: ReadonlySet<string>) => Promise<void>,
  ): Promise<void> {
    const { beside } = this.#drive;
    // One alone is never set aside, but may have been left beside those that are done.
    this.#passes = isMany ? 'first' : 'none';
    try {
      await pass(new Set());
      this.#passes = isMany ? 'later' : 'none';
      while (await this.#isMore()) await pass(beside.takeEnded());
    } finally {
      this.#passes = 'none';
    }
  }

  /** Waits for the next round, or for what goes on beside the others. */
  async #isMore(): Promise<boolean> {
    const { context, beside } = this.#drive;
    if (!(await this.#drive.mayGoOn())) return false;
    if (this.#waiting.size > 0) await this.#untilRound(context.now());
    else if (beside.isOpen || beside.hasEnded) await beside.anyEnds();
    else return false;
    return this.#drive.mayGoOn();
  }

  async #untilRound(now: Date): Promise<void> {
    const { context, beside, signal } = this.#drive;
    for (const one of this.#waiting) one.began ??= now;
    this.#roundAt ??= new Date(now.getTime() + Math.min(...[...this.#waiting].map(pauseMsOf)));
    const enough = new AbortController();
    const leftMs = this.#roundAt.getTime() - now.getTime();
    const either = AbortSignal.any([signal, enough.signal]);
    const wait = this.#drive.waitUnlessChanged(leftMs, { signal: either });
    try {
      await (beside.isOpen || beside.hasEnded ? Promise.race([wait, beside.anyEnds()]) : wait);
    } finally {
      enough.abort();
      await wait.catch(() => undefined);
    }
    if (context.now() < this.#roundAt) return;
    this.#roundAt = undefined;
    this.#waiting.clear();
  }

  /**
   * Decides what becomes of a call that failed and was not put off by the platform.
   *
   * @returns undefined when it is to be made again at once, after a short pause
   * @throws SetAside when others come first; PlatformError when it failed for too long
   */
  meet(
    about: About,
    error: PlatformError,
    { round, unanswered }: { readonly round: number; readonly unanswered: number },
  ): void {
    if (this.#passes === 'none') return;
    const isFirst = this.#passes === 'first' && round === 0;
    // Where nothing is taken any more it is not only this one: each is tried once. So is what took all
    // the time there is for an answer.
    if (isFirst && this.#inARow === 0 && error.code !== 'timed_out') return;
    const known = this.#met.get(keyOf(about));
    const waiting: Waiting = known ?? {
      workflow: about.action.workflow,
      unanswered: 0,
      rounds: 0,
    };
    if (known) this.#assertBearable(known, error);
    waiting.unanswered = unanswered;
    this.#met.set(keyOf(about), waiting);
    this.#waiting.add(waiting);
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
    if (this.#inARow <= toldOneByOne) {
      return `Nobody waits for it: it is asked again once the others were, for ${span(patienceMs.failing)} at most.`;
    }
    if (this.#inARow > toldOneByOne + 1) return '';
    return 'Nothing is taken just now: whatever else fails like this is asked again in the same way.';
  }
}

function keyOf({ call, action }: About): string {
  return `${call} ${action.workflow}`;
}

function pauseMsOf({ rounds }: Waiting): number {
  return Math.min(1_000 * 4 ** rounds, longestPauseMs);
}
