/**
 * A read that many ask for at once. Each gets what was true when it asked, or later: a read that is
 * under way already is not joined, and those who come meanwhile share the next one.
 */
export class SharedRead<T> {
  readonly #read: () => Promise<T>;
  #reading: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  read(): Promise<T> {
    this.#next ??= this.#after(this.#reading);
    return this.#next;
  }

  async #after(before: Promise<T> | undefined): Promise<T> {
    // Whoever asked for the one before hears of its failure; here it only makes room.
    await before?.catch(() => undefined);
    this.#next = undefined;
    this.#reading = this.#read();
    return this.#reading;
  }
}
