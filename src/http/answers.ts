import type { Said } from '../chat/console/console.ts';

const sessionsAtMost = 500;

/**
 * The last answer of each session, for the page that a form without a script is sent on to. It is
 * only shown: what was done is in the store, so a restart loses nothing but these words.
 */
export class Answers {
  readonly #last = new Map<string, { readonly id: string; readonly said: Said }>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Keeps an answer and gives it an id. */
  keep(session: string, said: Said): string {
    const id = this.#newId();
    this.#last.delete(session);
    this.#last.set(session, { id, said });
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= sessionsAtMost) break;
      this.#last.delete(oldest);
    }
    return id;
  }

  /** The answer of this id, if it is this session's last. */
  of(session: string, id: string): Said | undefined {
    const last = this.#last.get(session);
    return last?.id === id ? last.said : undefined;
  }
}
