/**
 * Does work of one lane one after another, and that of so many lanes at once. Nothing in it is
 * remembered: what must not be forgotten is in the store.
 */
export class InLanes {
  readonly #atOnce: number;
  readonly #onFailure: (error: unknown) => void;
  readonly #lanes = new Map<string, (() => Promise<void>)[]>();
  readonly #waiting: string[] = [];
  readonly #underWay = new Set<Promise<void>>();

  /** @param onFailure told of work that threw; the lane goes on */
  constructor(atOnce: number, onFailure: (error: unknown) => void) {
    this.#atOnce = atOnce;
    this.#onFailure = onFailure;
  }

  enter(lane: string, work: () => Promise<void>): void {
    const queue = this.#lanes.get(lane);
    if (queue !== undefined) {
      queue.push(work);
      return;
    }
    this.#lanes.set(lane, [work]);
    this.#waiting.push(lane);
    this.#begin();
  }

  /** How much of a lane is under way or waits. */
  depth(lane: string): number {
    return this.#lanes.get(lane)?.length ?? 0;
  }

  /** Resolves when all is done that was entered, and what entered meanwhile. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #begin(): void {
    while (this.#underWay.size < this.#atOnce) {
      const lane = this.#waiting.shift();
      if (lane === undefined) return;
      const driven: Promise<void> = this.#drive(lane).finally(() => {
        this.#underWay.delete(driven);
        this.#begin();
      });
      this.#underWay.add(driven);
    }
  }

  async #drive(lane: string): Promise<void> {
    // Whoever entered it answers first: an acknowledgement does not wait for the work.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const queue = this.#lanes.get(lane) ?? [];
    for (let work = queue[0]; work !== undefined; work = queue[0]) {
      try {
        await work();
      } catch (error) {
        this.#onFailure(error);
      }
      queue.shift();
    }
    this.#lanes.delete(lane);
  }
}
