/** What is done in a turn: made ready first, then the call, unless there is nothing to call for. */
export type Turn<Ready, Answer> = {
  readonly ready: () => Promise<Ready | undefined>;
  readonly call: (ready: Ready) => Promise<Answer>;
};

/** Decides when the call of each number is made. */
export type Order = {
  /** Makes ready and calls once it is its turn; undefined when there was nothing to call for. */
  readonly take: <R, A>(number: number, turn: Turn<R, A>) => Promise<A | undefined>;
  /** This number takes no turn any more, if it ever took one. */
  readonly pass: (number: number) => void;
};

/** Lets all calls through in one turn, once each number has come or has passed. */
export class AllAtOnce implements Order {
  readonly #missing: Set<number>;
  readonly #complete = Promise.withResolvers<void>();

  constructor(count: number) {
    this.#missing = new Set(Array.from({ length: count }, (_, number) => number));
  }

  async take<R, A>(number: number, { ready, call }: Turn<R, A>): Promise<A | undefined> {
    this.pass(number);
    await this.#complete.promise;
    const found = await ready();
    return found === undefined ? undefined : call(found);
  }

  pass(number: number): void {
    this.#missing.delete(number);
    if (this.#missing.size === 0) this.#complete.resolve();
  }
}

/** Makes ready; answers the call, or undefined when there is none to make. Neither ever throws. */
type Steps = () => Promise<(() => Promise<void>) | undefined>;

/**
 * Lets calls through in the order of their numbers, so many at once, and makes the next one ready
 * meanwhile: whoever is called does not wait for what is written before a call. What else comes
 * before and after a call of one number goes on beside the calls of others.
 */
export class Turns implements Order {
  readonly #atOnce: number;
  readonly #waiting = new Map<number, Steps>();
  readonly #passed = new Set<number>();
  /** Of numbers that nobody waited for; they come before the next one. */
  readonly #late: Steps[] = [];
  /** The next one: it is made ready, or waits with its call for a place. */
  #ahead: 'made ready' | (() => Promise<void>) | undefined;
  #next = 0;
  #underWay = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Calls once every lower number has been let through or has passed, and a place is free. */
  take<R, A>(number: number, { ready, call }: Turn<R, A>): Promise<A | undefined> {
    const answer = Promise.withResolvers<A | undefined>();
    const steps: Steps = async () => {
      try {
        const found = await ready();
        if (found !== undefined) return () => call(found).then(answer.resolve, answer.reject);
        answer.resolve(undefined);
      } catch (error) {
        answer.reject(error);
      }
      return undefined;
    };
    if (number < this.#next) this.#late.push(steps);
    else this.#waiting.set(number, steps);
    this.#advance();
    return answer.promise;
  }

  /** Nobody waits for this number any more; it may still take a turn, once that of another is over. */
  pass(number: number): void {
    this.#passed.add(number);
    this.#advance();
  }

  #advance(): void {
    if (typeof this.#ahead === 'function' && this.#underWay < this.#atOnce) {
      const call = this.#ahead;
      this.#ahead = undefined;
      void this.#call(call);
    }
    while (this.#ahead === undefined) {
      const late = this.#late.shift();
      if (late) {
        void this.#makeReady(late);
        return;
      }
      const steps = this.#waiting.get(this.#next);
      if (!steps && !this.#passed.has(this.#next)) return;
      this.#next += 1;
      if (steps) void this.#makeReady(steps);
    }
  }

  async #makeReady(steps: Steps): Promise<void> {
    this.#ahead = 'made ready';
    this.#ahead = await steps();
    this.#advance();
  }

  async #call(call: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    await call();
    this.#underWay -= 1;
    this.#advance();
  }
}
