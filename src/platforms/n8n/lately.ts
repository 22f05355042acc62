/** Something that is asked for once and then serves for a while everyone who wants it. */
export class Lately<T> {
  readonly #ask: () => Promise<T>;
  readonly #forMs: number;
  readonly #now: () => Date;
  #answer: { readonly until: number; readonly value: Promise<T> } | undefined;

  constructor(options: { ask: () => Promise<T>; forMs: number; now: () => Date }) {
    this.#ask = options.ask;
    this.#forMs = options.forMs;
    this.#now = options.now;
  }

  /** The answer of lately, or a new one. A failure serves nobody but those who wait for it. */
  get(): Promise<T> {
    const now = this.#now().getTime();
    if (!this.#answer || this.#answer.until < now) {
      const value = this.#ask();
      const answer = { until: now + this.#forMs, value };
      this.#answer = answer;
      value.catch(() => {
        if (this.#answer === answer) this.#answer = undefined;
      });
    }
    return this.#answer.value;
  }
}

/** Things that were read a moment ago, each for whoever wants it next. */
export class JustRead<T> {
  readonly #forMs: number;
  readonly #now: () => Date;
  readonly #kept = new Map<string, { readonly until: number; readonly value: T }>();

  constructor(options: { forMs: number; now: () => Date }) {
    this.#forMs = options.forMs;
    this.#now = options.now;
  }

  keep(id: string, value: T): void {
    const now = this.#now().getTime();
    for (const [old, { until }] of this.#kept) if (until < now) this.#kept.delete(old);
    this.#kept.set(id, { until: now + this.#forMs, value });
  }

  /** Answers it once. */
  take(id: string): T | undefined {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    return kept && kept.until >= this.#now().getTime() ? kept.value : undefined;
  }
}
