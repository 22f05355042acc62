/** A call that gets no answer for so long makes room for another, in ms. */
export const holdsUpMs = 3_000;

/**
 * Lets only so many calls be under way at once; the others wait in the order in which they came. One
 * that takes long goes on beside the next: what gives no answer holds up nobody.
 */
export class Lanes {
  #free: number;
  readonly #holdsUpMs: number;
  readonly #waiting = new Set<() => void>();

  constructor(width: number, options: { readonly holdsUpMs?: number } = {}) {
    this.#free = width;
    this.#holdsUpMs = options.holdsUpMs ?? holdsUpMs;
  }

  /** @param signal once it is aborted the call is made without a lane: it is to say what that means */
  async take<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!(await this.#enters(signal))) return call();
    let isIn = true;
    const leave = (): void => {
      if (isIn) this.#next();
      isIn = false;
    };
    const timer = setTimeout(leave, this.#holdsUpMs);
    try {
      return await call();
    } finally {
      clearTimeout(timer);
      leave();
    }
  }

  /** @returns false when nobody waits for that any more */
  async #enters(signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted) return false;
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const enter = (): void => resolve(true);
    const giveUp = (): void => {
      this.#waiting.delete(enter);
      resolve(false);
    };
    this.#waiting.add(enter);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  #next(): void {
    const [enter] = this.#waiting;
    if (!enter) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(enter);
    enter();
  }
}
