/** What all benchmarks measure and print with. */

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** How long it took, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** How often `once` was done in a second by so many at once, each after the other, for `forMs`. */
export async function rate(
  writers: number,
  forMs: number,
  once: (writer: number) => Promise<unknown>,
): Promise<number> {
  const from = performance.now();
  let done = 0;
  const lane = async (writer: number) => {
    while (performance.now() - from < forMs) {
      await once(writer);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => lane(writer)));
  return (done * 1000) / (performance.now() - from);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The smallest value that this share of them, of 1, does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

export function ms(amount: number): string {
  return `${amount.toFixed(1)} ms`;
}

/** `0.57 × (budget ≥ 0.5: kept)` */
export function verdict(ratio: number, budget: { atLeast?: number; atMost?: number }): string {
  const { atLeast = -Infinity, atMost = Infinity } = budget;
  const said = Number.isFinite(atLeast) ? `≥ ${atLeast}` : `≤ ${atMost}`;
  const kept = ratio >= atLeast && ratio <= atMost;
  return `${ratio.toFixed(2)} × (budget ${said}: ${kept ? 'kept' : 'MISSED'})`;
}
