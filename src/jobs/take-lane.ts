import type { Store } from '../store/store.ts';

/** A lane is taken for so long, in ms, again and again; that of a process that died until then. */
export const laneMs = 20_000;
/** It is taken again as often, in ms, and before a message where that is longer ago. */
const renewMs = 2_000;
/**
 * A process that cannot take it again for so long, in ms, sends no more in it. What is under way
 * then ends within `laneMs`, before another process looks whether it arrived.
 */
const givenUpMs = 6_000;

/** A lane that this process alone sends in. */
export type HeldLane = {
  /** Aborted once it is not, or cannot be known to be, this process's any more. */
  readonly lost: AbortSignal;
  /** Takes it again where that is due. False when another process has it. */
  isFresh(this: void): Promise<boolean>;
  /** Takes it no more. */
  letGo(this: void): Promise<void>;
};

/** Takes a lane and keeps it, so that a dead process is known soon. Undefined while another one has it. */
export async function takeLane(
  context: {
    readonly store: Pick<Store, 'outgoing'>;
    readonly by: string;
    readonly now: () => Date;
    readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
    readonly onFailure: (error: unknown) => void;
  },
  lane: string,
): Promise<HeldLane | undefined> {
  const { store, by, now, wait, onFailure } = context;
  const over = new AbortController();
  const lost = new AbortController();
  let since = now();
  const take = async (): Promise<boolean> => {
    const at = now();
    const until = new Date(at.getTime() + laneMs);
    const isOurs = await store.outgoing.take(lane, { by, now: at, until });
    if (isOurs) since = at;
    else lost.abort(new Error('Another process sends there now.'));
    return isOurs;
  };
  const agoMs = () => now().getTime() - since.getTime();
  if (!(await take())) return undefined;

  let taking: Promise<unknown> = Promise.resolve();
  let isTaking = false;
  const keep = async (): Promise<void> => {
    while (!over.signal.aborted && !lost.signal.aborted) {
      const isOver = await wait(renewMs, over.signal).then(
        () => false,
        () => true,
      );
      if (isOver) return;
      if (agoMs() >= givenUpMs) lost.abort(new Error('The database is too slow to send safely.'));
      else if (!isTaking) {
        isTaking = true;
        taking = take()
          .catch(onFailure)
          .finally(() => {
            isTaking = false;
          });
      }
    }
  };
  const keeping = keep();
  return {
    lost: lost.signal,
    isFresh: async () => (agoMs() <= renewMs ? true : take()),
    letGo: async () => {
      over.abort();
      await keeping;
      await taking;
    },
  };
}
