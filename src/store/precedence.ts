import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What somebody outside waits for within moments goes first: while it is under way, other statements
 * of this process do not begin. Statements of a transaction that has begun go on, so that nothing
 * that goes first waits for what gives way.
 */
export class Precedence {
  readonly #atMostMs: number;
  readonly #isFirst = new AsyncLocalStorage<true>();
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  /** @param atMostMs so long, in ms, others give way: however many go first, all go on */
  constructor(atMostMs = 25) {
    this.#atMostMs = atMostMs;
  }

  /** Statements of this work go first, and whoever awaits it says so before others begin. */
  async first<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await this.#isFirst.run(true, work);
    } finally {
      setImmediate(() => this.#ended());
    }
  }

  /** When a statement may begin; undefined when it may at once. */
  turn(): Promise<unknown> | undefined {
    if (this.#underWay === 0 || this.#isFirst.getStore() === true) return undefined;
    const bound = new AbortController();
    const free = new Promise<void>((resolve) => this.#waiting.push(resolve));
    const late = delay(this.#atMostMs, undefined, { signal: bound.signal }).catch(() => {});
    return Promise.race([free, late]).finally(() => bound.abort());
  }

  #ended(): void {
    this.#underWay -= 1;
    if (this.#underWay > 0) return;
    for (const go of this.#waiting.splice(0)) go();
  }
}
