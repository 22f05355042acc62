import assert from 'node:assert/strict';

import type { DatabaseKind } from './database.ts';
import { killOnCopy, prepareNight } from './plan-kills.ts';
import type { Deed } from './planned-night.ts';

/** So many kills that end badly are enough to see what is wrong. */
const mostFailures = 10;

/**
 * Kills the process of a plan behind its first effect, its second, and so on until a plan ends
 * before it comes to its point, and proves each time that it ends as it would have.
 *
 * @param around.atOnce so many kills go on side by side
 */
export async function killAtEveryPoint(
  kind: DatabaseKind,
  deed: Deed,
  around: { readonly atOnce: number; readonly tell: (text: string) => void },
): Promise<void> {
  const prepared = await prepareNight(kind, deed);
  const takeovers: number[] = [];
  const failures: string[] = [];
  let next = 1;
  let isOver = false;
  const killOn = async (): Promise<void> => {
    while (!isOver && failures.length < mostFailures) {
      const nth = next;
      next += 1;
      try {
        const { died, afterMs } = await killOnCopy(prepared, { nth });
        if (died) takeovers.push(afterMs);
        else isOver = true;
      } catch (error) {
        // The others are still under way on their copies, and may say more.
        failures.push(`point ${nth}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: around.atOnce }, killOn));
  } finally {
    await prepared.remove();
  }
  assert.deepEqual(failures, []);
  const sorted = takeovers.toSorted((a, b) => a - b);
  around.tell(`${sorted.length} points, taken up ${sorted.at(0)} to ${sorted.at(-1)} ms later`);
}
