import type { Change, Store } from '../store/store.ts';

/** What one step of a plan leaves behind. */
export type Step = Required<Pick<Change, 'actions'>> &
  Pick<Change, 'journal' | 'evidence' | 'revocations' | 'events'>;

type Waiting = {
  readonly step: Step;
  /** Nobody waits for it: it may go with a step that comes later. */
  mayWait: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** So many steps go into one transaction. */
const stepsAtOnce = 250;
/** How long a step waits for one to go with, in ms. */
const waitsAtMostMs = 100;

/**
 * Stores the steps of a plan in the order in which they come. What comes in one turn, or while a
 * transaction is under way, leaves together: steps of one incident wait for each other anyway,
 * because its timeline is a chain. Each is stored when its promise resolves, as if it were alone.
 * What nobody waits for goes with the next that somebody does wait for, where one is expected.
 */
export class Together {
  readonly #save: Store['save'];
  readonly #wait: (ms: number) => Promise<void>;
  #waiting: Waiting[] = [];
  #storing: Promise<void> | undefined;
  #isWaiting = false;
  #isMoreExpected = false;

  /** @param wait for so many ms, or less where nothing is to wait any more */
  constructor(save: Store['save'], wait: (ms: number) => Promise<void>) {
    this.#save = save;
    this.#wait = wait;
  }

  store(step: Step): Promise<void> {
    return this.#enter(step, false);
  }

  /** Stores it with the next step that is expected and waits for nobody, or a moment later. */
  storeWithNext(step: Step): Promise<void> {
    return this.#enter(step, this.#isMoreExpected);
  }

  /** More steps are to come that wait for nobody. */
  expectMore(): void {
    this.#isMoreExpected = true;
  }

  /** No more are to come. Resolves once all are stored, or were refused, that have come. */
  async expectNoMore(): Promise<void> {
    this.#isMoreExpected = false;
    this.#hurry();
    await this.#storing;
  }

  #enter(step: Step, mayWait: boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ step, mayWait, resolve, reject });
    this.#storing ??= this.#storeWaiting();
    return promise;
  }

  #hurry(): void {
    for (const one of this.#waiting) one.mayWait = false;
    if (this.#waiting.length > 0) this.#storing ??= this.#storeWaiting();
  }

  async #waitForNext(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const some = new Set(this.#waiting);
    // Whoever ends this process wants to have it stored as well.
    await this.#wait(waitsAtMostMs).catch(() => undefined);
    this.#isWaiting = false;
    for (const one of some) one.mayWait = false;
    if (this.#waiting.length > 0) this.#storing ??= this.#storeWaiting();
  }

  async #storeWaiting(): Promise<void> {
    // Whoever has a step in the same turn comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.some(({ mayWait }) => !mayWait)) {
      const some = this.#waiting.slice(0, countApart(this.#waiting));
      this.#waiting = this.#waiting.slice(some.length);
      await this.#storeSome(some);
    }
    this.#storing = undefined;
    if (this.#waiting.length > 0) void this.#waitForNext();
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
