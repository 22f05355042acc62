import type { ChatSurface, Outgoing, Surface } from '../chat/chat.ts';
import { PlatformError } from '../errors.ts';
import type { Store, Waiting } from '../store/store.ts';
import { isForGood } from './for-good.ts';
import { InLanes } from './in-lanes.ts';
import { takeLane } from './take-lane.ts';

/** One try ends within this, in ms, while the lane is kept. */
const sendMs = 30_000;
const firstRetryMs = 1_000;
const retryAtMostMs = 60_000;
/** A chat that asks for more patience is asked again after this, in ms. */
const patienceMs = 60 * 60_000;
/** So often a message is tried that fails in a way nobody foresaw. */
const mostBugs = 5;
const lanesAtOnce = 32;

export type DeliveryContext = {
  readonly store: Store;
  readonly surfaces: ReadonlyMap<ChatSurface, Surface>;
  readonly now: () => Date;
  /** This process; another one has another name. */
  readonly by: string;
  /** Waits, in ms; rejects when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
};

/** Sends what waits for chats. */
export type Delivery = {
  /** Sends what waits in every lane that nobody works at. To be called every second or so. */
  sweep(this: void): Promise<void>;
  /** Takes up no more; resolves when what is under way has ended. */
  stop(this: void): Promise<void>;
  /** Resolves when nothing is under way. */
  settled(this: void): Promise<void>;
};

/**
 * Carries messages to their surfaces: those of a lane in order, one at a time over all replicas,
 * until they arrive. What may have arrived is looked for before it is sent again.
 */
export function makeDelivery(context: DeliveryContext): Delivery {
  const lanes = new InLanes(lanesAtOnce, context.onFailure);
  const stopping = new AbortController();
  let asked = 0;
  /** Who asks while a lane is being left is not heard there: so it is looked at once more. */
  const attend = async (lane: string): Promise<void> => {
    let before = asked;
    await work(context, lane, {
      signal: stopping.signal,
      onLook: () => {
        before = asked;
      },
    });
    if (asked === before || stopping.signal.aborted) return;
    setImmediate(() => {
      if (!stopping.signal.aborted) void sweep().catch(context.onFailure);
    });
  };
  const look = async (): Promise<void> => {
    const names = [...context.surfaces.keys()];
    for (const lane of await context.store.outgoing.due(names, context.now())) {
      if (stopping.signal.aborted) return;
      if (lanes.depth(lane) === 0) lanes.enter(lane, () => attend(lane));
    }
  };
  let looking: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const lookNext = async (): Promise<void> => {
    await looking?.catch(() => undefined);
    next = undefined;
    looking = look();
    await looking;
  };
  // Many who ask while somebody looks are served by one more look.
  const sweep = (): Promise<void> => {
    asked += 1;
    return (next ??= lookNext());
  };
  return {
    sweep,
    async stop() {
      stopping.abort(new Error('Firebreak is stopping.'));
      await lanes.settled();
    },
    settled: () => lanes.settled(),
  };
}

async function work(
  context: DeliveryContext,
  lane: string,
  { signal, onLook }: { readonly signal: AbortSignal; readonly onLook: () => void },
): Promise<void> {
  const { outgoing } = context.store;
  const held = await takeLane(context, lane);
  if (held === undefined) return;
  let waitMs = 0;
  const until = AbortSignal.any([signal, held.lost]);
  try {
    while (!until.aborted && waitMs === 0) {
      if (!(await held.isFresh())) return;
      onLook();
      const waiting = await outgoing.next(lane, context.now());
      if (waiting === undefined) return;
      waitMs = await carry(context, waiting, until);
    }
  } finally {
    await held.letGo();
    const retryAt = new Date(context.now().getTime() + waitMs);
    await outgoing.release(lane, context.by, retryAt);
  }
}

/** Tries one message. Answers how long the lane must wait, in ms; 0 when it goes on. */
async function carry(
  context: DeliveryContext,
  waiting: Waiting,
  stop: AbortSignal,
): Promise<number> {
  const { store, surfaces, now } = context;
  const { outgoing, inDoubt, tries } = waiting;
  const surface = surfaces.get(outgoing.surface);
  if (surface === undefined) return retryAtMostMs;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(sendMs)]);
  let isSending = false;
  try {
    const found = inDoubt ? await surface.wasSent(outgoing, signal) : undefined;
    isSending = found === undefined || found === 'unknown';
    const sending = found === 'unknown' ? perhapsAgain(outgoing) : outgoing;
    const { reference } =
      found === undefined || found === 'unknown' ? await surface.send(sending, signal) : found;
    await store.outgoing.sent(outgoing.id, reference, now());
    return 0;
  } catch (error) {
    if (!(error instanceof PlatformError)) {
      context.onFailure(error);
      if (tries >= mostBugs) await store.outgoing.drop(outgoing.id, 'It cannot be shown there.');
      return tries >= mostBugs ? 0 : backOffMs(tries);
    }
    if (isForGood(error)) {
      context.onFailure(error);
      // Whether it arrived cannot be found out any more: a room does not wait for that.
      const doubt = isSending ? '' : 'It may have arrived. ';
      await store.outgoing.drop(outgoing.id, `${doubt}${error.message}`);
      return 0;
    }
    // Who takes the lane up now may be sending it: that is not for us to take back.
    if (isSending && !error.mayHaveHappened && !signal.aborted)
      await store.outgoing.notSent(outgoing.id);
    const waitMs = error.retryAfterMs ?? backOffMs(tries);
    return Math.min(Math.max(1, waitMs), patienceMs);
  }
}

/** What one person alone may read twice says so, and is not taken for something new. */
function perhapsAgain(outgoing: Outgoing): Outgoing {
  const { reply } = outgoing;
  const text = 'You may have read this already: nobody knows whether it arrived before.';
  if (reply.kind === 'problem') {
    return { ...outgoing, reply: { ...reply, message: `${reply.message} ${text}` } };
  }
  const blocks = [{ kind: 'text', text } as const, ...reply.blocks];
  return { ...outgoing, reply: { ...reply, blocks } };
}

function backOffMs(tries: number): number {
  return Math.min(firstRetryMs * 2 ** tries, retryAtMostMs);
}
