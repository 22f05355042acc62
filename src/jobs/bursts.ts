import type { Pace } from '../platforms/platform.ts';

/** Waits for all, so that nothing goes on behind the back of a failure. */
export async function allOf(under: readonly Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(under)) {
    if (one.status === 'rejected') throw one.reason;
  }
}

/** As `allOf`, of two, with what came of them. */
export async function bothOf<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** Parts of a list, in its order. */
export function inBursts<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const bursts: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    bursts.push(items.slice(start, start + size));
  }
  return bursts;
}

/** How long verification of one burst is awaited before the burst after the next is sent, in ms. */
export const burstSettleMs = 15_000;

/** A burst that was verified within so many looks was no burden. */
const quickRounds = 3;
/** Bursts grow up to so many times the first one. */
const growsAtMost = 8;

/**
 * How many are sent before the next wait, chosen from what verification showed: twice as many after
 * a burst that took effect at once, as few as in the beginning after one that did not.
 */
export function nextBurst(size: number, { burst }: Pace, rounds: number): number {
  return rounds <= quickRounds ? Math.min(size * 2, burst * growsAtMost) : burst;
}
