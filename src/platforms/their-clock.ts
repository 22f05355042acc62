/** Clocks that differ by less are the same clock: the `Date` header counts whole seconds. */
const sameClockMs = 2_000;

/** The clock of a platform, as its answers tell it. */
export class TheirClock {
  #aheadMs = 0;

  /** Theirs minus ours in ms, as the last answer said; 0 for the same. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** Learns from the `Date` header of an answer that came just now. */
  learn(header: string | undefined, now: Date): void {
    const there = Date.parse(header ?? '');
    if (Number.isNaN(there)) return;
    const aheadMs = there - now.getTime();
    this.#aheadMs = Math.abs(aheadMs) < sameClockMs ? 0 : aheadMs;
  }
}
