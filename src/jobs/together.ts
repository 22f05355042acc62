import type { Change, Store } from '../store/store.ts';

/** What one step of a plan leaves behind. */
export type Step = Required<Pick<Change, 'actions'>> &
  Pick<Change, 'journal' | 'evidence' | 'revocations' | 'events'>;

type Waiting = {
  readonly step: Step;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** So many steps go into one transaction. */
const stepsAtOnce = 250;

/**
 * Stores the steps of a plan in the order in which they come. What comes in one turn, or while a
 * transaction is under way, leaves together: steps of one incident wait for each other anyway,
 * because its timeline is a chain. Each is stored when its promise resolves, as if it were alone.
 */
export class Together {
  readonly #save: Store['save'];
  #waiting: Waiting[] = [];
  #isStoring = false;

  constructor(save: Store['save']) {
    this.#save = save;
  }

  store(step: Step): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ step, resolve, reject });
    if (!this.#isStoring) void this.#storeWaiting();
    return promise;
  }

  async #storeWaiting(): Promise<void> {
    this.#isStoring = true;
    // Whoever has a step in the same turn comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const some = this.#waiting.slice(0, countApart(this.#waiting));
      this.#waiting = this.#waiting.slice(some.length);
      await this.#storeSome(some);
    }
    this.#isStoring = false;
  }

  async #storeSome(some: readonly Waiting[]): Promise<void> {
    try {
      await this.#save(joined(some.map(({ step }) => step)));
      for (const { resolve } of some) resolve();
    } catch (error) {
      // Nothing was written: whoever was overtaken must not keep the others from being stored.
      if (some.length > 1) for (const one of some) await this.#storeSome([one]);
      else some[0]?.reject(error);
    }
  }
}

/** How many from the front may go together: no action twice, or the second would be overtaken. */
function countApart(waiting: readonly Waiting[]): number {
  const seen = new Set<string>();
  const again = waiting.findIndex(({ step }) => {
    const ids = step.actions.map(({ id }) => id);
    const isAgain = ids.some((id) => seen.has(id));
    for (const id of ids) seen.add(id);
    return isAgain;
  });
  return Math.min(again === -1 ? waiting.length : again, stepsAtOnce);
}

function joined(steps: readonly Step[]): Step {
  return {
    actions: steps.flatMap(({ actions }) => actions),
    journal: steps.flatMap(({ journal = [] }) => journal),
    evidence: steps.flatMap(({ evidence = [] }) => evidence),
    revocations: steps.flatMap(({ revocations = [] }) => revocations),
    events: steps.flatMap(({ events = [] }) => events),
  };
}
