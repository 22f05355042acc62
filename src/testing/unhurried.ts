import type { Problem, Reply, View } from '../domain/reply.ts';
import type { TestClock } from './store.ts';

/** Longer than a press may be meant for the step before, in ms. */
const readingMs = 20_000;

type Spoken<Given extends readonly unknown[]> = {
  readonly clock: TestClock;
  readonly say: (...given: Given) => Promise<Reply>;
  readonly see: (...given: Given) => Promise<View>;
  readonly refused: (...given: Given) => Promise<Problem>;
};

/** A bot to which nobody speaks before they have read its last answer. */
export function unhurried<B, Given extends readonly unknown[]>(bot: B & Spoken<Given>): B {
  const { clock, say, see, refused } = bot;
  const after =
    <Answer>(said: (...given: Given) => Promise<Answer>) =>
    (...given: Given): Promise<Answer> => {
      clock.forward(readingMs);
      return said(...given);
    };
  return { ...bot, say: after(say), see: after(see), refused: after(refused) };
}
