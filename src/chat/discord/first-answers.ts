import type { AnswerKey } from './answer-key.ts';

/**
 * The first answers that this process owes.
 *
 * Discord wants one within three seconds, and only the first decides whether all see it. So the
 * true answer is waited for a moment; when it is not there, "is thinking" is shown to the speaker
 * alone, who then learns where the answer stands.
 */
export class FirstAnswers {
  readonly #owed = new Set<string>();
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** Something was said that has no answer yet. */
  owe({ interaction }: AnswerKey): void {
    this.#owed.add(interaction);
  }

  /** Nobody needs to give it any more. */
  forget({ interaction }: AnswerKey): void {
    this.#owed.delete(interaction);
  }

  /**
   * Gives the first answer, when it is still owed once those who are about to give it are done.
   * Whoever fails leaves it owed.
   */
  async give<Given>(key: AnswerKey, how: () => Promise<Given>): Promise<Given | undefined> {
    const id = key.interaction;
    for (let other = this.#underWay.get(id); other; other = this.#underWay.get(id)) {
      await other.catch(() => undefined);
    }
    if (!this.#owed.has(id)) return undefined;
    const giving = how();
    this.#underWay.set(id, giving);
    try {
      const given = await giving;
      this.#owed.delete(id);
      return given;
    } finally {
      this.#underWay.delete(id);
    }
  }
}
