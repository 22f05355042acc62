/** Decides when the call of each number is made. */
export type Order = {
  /** Makes the call once it is its turn. */
  readonly take: <T>(number: number, call: () => Promise<T>) => Promise<T>;
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

  async take<T>(number: number, call: () => Promise<T>): Promise<T> {
    this.pass(number);
    await this.#complete.promise;
    return call();
  }

  pass(number: number): void {
    this.#missing.delete(number);
    if (this.#missing.size === 0) this.#complete.resolve();
  }
}

/**
 * Lets calls through in the order of their numbers, so many at once. What comes before and after a
 * call of one number goes on beside the calls of others.
 */
export class Turns implements Order {
  readonly #atOnce: number;
  readonly #waiting = new Map<number, () => Promise<void>>();
  readonly #passed = new Set<number>();
  #next = 0;
  #underWay = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Makes the call once every lower number has been let through or has passed, and a place is free. */
  take<T>(number: number, call: () => Promise<T>): Promise<T> {
    const answer = Promise.withResolvers<T>();
    this.#waiting.set(number, async () => {
      try {
        answer.resolve(await call());
      } catch (error) {
        answer.reject(error);
      } finally {
        this.#underWay -= 1;
        this.#advance();
      }
    });
    this.#advance();
    return answer.promise;
  }

  /** This number takes no turn any more, if it ever took one. */
  pass(number: number): void {
    this.#passed.add(number);
    this.#advance();
  }

  #advance(): void {
    while (this.#underWay < this.#atOnce) {
      const call = this.#waiting.get(this.#next);
      if (!call && !this.#passed.has(this.#next)) return;
      this.#next += 1;
      if (!call) continue;
      this.#underWay += 1;
      void call();
    }
  }
}
