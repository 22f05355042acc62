/** Something that is begun for each of some before anybody wants it, and is taken once. */
export class Ahead<T> {
  readonly #begun = new Map<string, Promise<T>>();

  begin(key: string, work: () => Promise<T>): void {
    const begun = this.#begun.get(key) ?? work();
    // Whoever takes it hears of its failure; until then it must not count as unhandled.
    begun.catch(() => undefined);
    this.#begun.set(key, begun);
  }

  /** What was begun for this one, or what is begun now. */
  take(key: string, work: () => Promise<T>): Promise<T> {
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    return begun ?? work();
  }

  /** Resolves once nothing is under way that nobody took. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#begun.values());
  }
}
