/** A clock, and a bell at a later time of it. */
export type Clock = {
  now(): Date;
  /** Rings once, so many ms later. Answers how to call it off. */
  after(ms: number, ring: () => void): () => void;
};

/** The clock on the wall. Its bells keep no process alive. */
export const wallClock: Clock = {
  now: () => new Date(),
  after: (ms, ring) => {
    const timer = setTimeout(ring, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that goes on only when it is told to, so that no test waits and none is ever too slow. */
export class HandClock implements Clock {
  #at: number;
  #bells: { readonly at: number; readonly ring: () => void }[] = [];

  constructor(start: Date = new Date('2026-11-22T03:00:00Z')) {
    this.#at = start.getTime();
  }

  now(): Date {
    return new Date(this.#at);
  }

  after(ms: number, ring: () => void): () => void {
    const bell = { at: this.#at + ms, ring };
    this.#bells.push(bell);
    return () => {
      this.#bells = this.#bells.filter((one) => one !== bell);
    };
  }

  /** Goes on by so many ms and rings what is due, in order. */
  advance(ms: number): void {
    const end = this.#at + ms;
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) {
      const due = next;
      this.#bells = this.#bells.filter((one) => one !== due);
      this.#at = Math.max(this.#at, due.at);
      due.ring();
    }
    this.#at = end;
  }

  #nextUntil(end: number): { readonly at: number; readonly ring: () => void } | undefined {
    return this.#bells.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
  }
}
