import type { GiveWay } from '../platforms/platform.ts';
import type { JobContext } from './job.ts';

/** How often it is asked whether a plan still acts there, in ms. */
const askEveryMs = 500;
/** After so long a look goes on beside a plan that does not come to its end, in ms. */
const givesWayForMs = 5 * 60_000;

/** A look met a plan that acts on the same connection; it is to be taken anew after that. */
class InTheWay extends Error {}

/**
 * Looks at a connection whenever no plan acts there, on whatever replica: what a platform bears is
 * kept for the plan. A look that a plan comes upon ends before its next call and begins anew, for
 * what it has read is old by then.
 *
 * @param look gets what is to be awaited before each of its calls
 */
export async function givingWay<T>(
  { store, now, wait }: Pick<JobContext, 'store' | 'now' | 'wait'>,
  connection: string,
  look: (giveWay: GiveWay) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const until = now().getTime() + givesWayForMs;
  const isTaken = async (): Promise<boolean> =>
    now().getTime() < until && (await store.plans.actOn(connection));
  for (;;) {
    while (await isTaken()) await wait(askEveryMs, signal);
    try {
      return await look(async () => {
        if (await isTaken()) throw new InTheWay('A plan acts on the same connection.');
      });
    } catch (error) {
      if (!(error instanceof InTheWay)) throw error;
    }
  }
}
