/**
 * n8n's queue in front of a limit on concurrent production executions, with its quirk: taking one
 * out of the queue lets the oldest of the others begin, though no place came free (2.40.7).
 */
export class FakeQueue {
  readonly #waiting: { readonly id: string; readonly begin: () => void }[] = [];
  readonly #holders = new Set<string>();
  readonly #limited: boolean;
  #places: number;

  /** @param limit how many may run at once; absent is no limit */
  constructor(limit: number | undefined) {
    this.#limited = limit !== undefined;
    this.#places = limit ?? 0;
  }

  /** @returns nothing when it may begin at once, else a promise of its turn */
  enter(id: string, mode: string): Promise<void> | undefined {
    if (!this.#limited || !production.has(mode)) return undefined;
    this.#holders.add(id);
    this.#places -= 1;
    if (this.#places >= 0) return undefined;
    return new Promise((begin) => this.#waiting.push({ id, begin }));
  }

  /** @returns true when it was waiting and now never begins */
  takeOut(id: string): boolean {
    const at = this.#waiting.findIndex((one) => one.id === id);
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    this.leave(id);
    return true;
  }

  /** It ended or was stopped; however often that is said, it counts once. */
  leave(id: string): void {
    if (!this.#holders.delete(id)) return;
    this.#places += 1;
    this.#waiting.shift()?.begin();
  }
}

/** What n8n counts: not what is run by hand, nor by another workflow. */
const production: ReadonlySet<string> = new Set(['webhook', 'trigger', 'chat']);
