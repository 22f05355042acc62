import type { Action } from '../domain/plan.ts';
import { PlatformError } from '../errors.ts';
import type { InTurn } from './act.ts';
import { allOf } from './bursts.ts';
import type { Drive } from './drive.ts';
import type { Order } from './turns.ts';
import { AllAtOnce, Turns } from './turns.ts';

/** Of so many targets is read, and evidence kept, while the calls before theirs are under way. */
const ahead = 4;

type Closing = {
  /** Answers false when nobody wants the plan to go on. */
  readonly close: (target: readonly Action[], inTurn: InTurn) => Promise<boolean>;
  /** Targets that are closed after these. */
  readonly coming: readonly (readonly Action[])[];
  /** Begins to read what closing one of those needs. */
  readonly readAhead: (target: readonly Action[]) => void;
};

/** A bug, or the end of this process: nobody begins anything any more. */
class End {
  #failure: { readonly error: unknown } | undefined;

  get hasCome(): boolean {
    return this.#failure !== undefined;
  }

  comes(error: unknown): void {
    this.#failure ??= { error };
  }

  async unlessCome<T>(step: () => Promise<T>): Promise<T> {
    if (this.#failure) throw this.#failure.error;
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof PlatformError)) this.comes(error);
      throw error;
    }
  }
}

/** A turn that gives up its place once nobody waits for its call any more. */
function inTurnOf(turns: Order, number: number, left: Promise<void>): InTurn {
  return async ({ ready, call }) => {
    const turn = await turns.take(number, {
      ready,
      call: async (found) => {
        const answer = call(found);
        await Promise.race([Promise.allSettled([answer]), left]);
        return { answer };
      },
    });
    return turn?.answer;
  };
}

/**
 * Closes the entrances of these targets in their order. The platform is never asked to switch off
 * more at once than it bears, but it does not wait for us either: what is read of the next ones and
 * written of the last one goes on beside the call. Where many leave in one write, all are made ready
 * before it.
 *
 * @returns false when nobody wants the plan to go on
 */
export async function closeAll(
  drive: Drive,
  targets: readonly (readonly Action[])[],
  { close, coming, readAhead }: Closing,
): Promise<boolean> {
  const { atOnce, inOneWrite = false } = drive.platform.pace;
  const turns = inOneWrite ? new AllAtOnce(targets.length) : new Turns(atOnce);
  const workers = inOneWrite ? targets.length : Math.min(atOnce + ahead, targets.length);
  let next = 0;
  let readAheadOf = 0;
  const still = { wanted: true };
  const end = new End();
  /** Whose intent is still to be stored. */
  const open = new Set(targets.keys());
  const met = (number: number): void => {
    if (open.delete(number) && open.size === 0) void drive.expectNoIntents();
  };
  const worker = async (): Promise<void> => {
    for (
      let target = targets[next];
      still.wanted && !end.hasCome && target;
      target = targets[next]
    ) {
      const own = target;
      const number = next;
      next += 1;
      const entrance = own.find(({ lever }) => lever === 'disable');
      try {
        if (!entrance) continue;
        await drive.beside.give(entrance, async (left) => {
          const take = inTurnOf(turns, number, left);
          const isWanted = await close(own, ({ ready, call }) =>
            take({
              ready: () => end.unlessCome(ready).finally(() => met(number)),
              call: (found) => end.unlessCome(() => call(found)),
            }),
          );
          if (!isWanted) still.wanted = false;
        });
      } catch (error) {
        end.comes(error);
        throw error;
      } finally {
        turns.pass(number);
        met(number);
      }
    }
    // Where many leave in one write, that write would make old what was read before it.
    const after = inOneWrite || readAheadOf >= ahead ? undefined : coming[readAheadOf];
    readAheadOf += 1;
    if (still.wanted && !end.hasCome && after) readAhead(after);
  };
  if (!(await drive.mayGoOn())) return false;
  drive.expectIntents();
  try {
    await allOf(Array.from({ length: workers }, worker));
  } finally {
    await drive.expectNoIntents();
  }
  return still.wanted;
}
