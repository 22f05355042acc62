import { fallbackOf, journalLine } from '../domain/action.ts';
import type { Action } from '../domain/plan.ts';
import { isSetAside, withAskedAgain, withFailedTry } from '../domain/tries.ts';
import { PlatformError } from '../errors.ts';
import { NotAsked, SetAside } from './aside.ts';
import type { Drive } from './drive.ts';
import { isAsked } from './patience.ts';

/** How often a call is made to which no answer came, or none that can be read. */
const triesAtMost = 4;
/** Longest pause before the next try where the platform names none, in ms. */
const longestPauseMs = 30_000;

/** What alone fails with a call, and what the call is for. */
export type About = { readonly action: Action; readonly call: string };

type AskOptions = {
  readonly boxMs?: number;
  readonly about?: About;
  readonly isWrite?: boolean;
  readonly tries?: number;
  readonly onceMore?: (error: PlatformError, failedAt: Date) => Promise<void>;
};

/**
 * Makes an idempotent call and repeats it while the platform asks us to come back, cannot answer or
 * cut the line. Everything else is thrown at once.
 *
 * Who puts us off is borne as long as `Patience` lasts; who does not answer at all is asked a few
 * times, because looking then tells more than asking.
 *
 * @param options.about what alone fails with it, or gets no answer: others are acted on meanwhile
 * @param options.isWrite not made again once the plan is paused
 * @param options.boxMs most time for this call, where it must not take all the patience there is
 * @param options.tries for calls that get no answer
 * @param options.onceMore told before the call is made again of when and how it failed
 * @throws PlatformError the last failure; `SetAside` when it is not over with that
 */
export async function askAgain<T>(
  drive: Drive,
  call: () => Promise<T>,
  { boxMs, about, isWrite = false, tries = triesAtMost, onceMore }: AskOptions = {},
): Promise<T> {
  const began = drive.context.now().getTime();
  const box = boxMs === undefined ? undefined : { endsAt: new Date(began + boxMs), ms: boxMs };
  let unanswered = about === undefined ? 0 : drive.aside.unansweredOf(about);
  const ask = about ? () => drive.beside.timed(about.action, { isWrite }, call) : call;
  for (let round = 0; ; round += 1) {
    try {
      const answer = await ask();
      drive.patience.renew();
      drive.aside.renew();
      return answer;
    } catch (error) {
      if (!(error instanceof PlatformError) || error instanceof NotAsked) throw error;
      if (error.mayHaveHappened) unanswered += 1;
      else if (!isPuttingOff(error)) throw error;
      if (unanswered >= tries) throw error;
      if (about !== undefined && !isAsked(error)) {
        drive.aside.meet(about, error, { round, unanswered });
      }
      const pauseMs = error.retryAfterMs ?? Math.min(250 * 4 ** round, longestPauseMs);
      const failedAt = drive.context.now();
      await drive.patience.wait(error, pauseMs, { box, isWrite });
      if (isWrite && (await drive.isPaused())) {
        throw new SetAside(error, 'It is not asked again while the plan is paused.');
      }
      await onceMore?.(error, failedAt);
    }
  }
}

/**
 * Pulls the lever of an action by `askAgain`. A call that fails and is made again leaves its journal
 * lines and is counted with the action; the last one is for the caller to store. Whether anybody
 * still wants it is read right before each call, because making ready for one takes time.
 *
 * @param options.isWanted it was read a moment ago
 * @throws NotAsked when nobody wants it any more
 */
export async function pull<T>(
  drive: Drive,
  action: Action,
  call: () => Promise<T>,
  {
    isWanted = false,
    ...options
  }: Pick<AskOptions, 'tries'> & { readonly isWanted?: boolean } = {},
): Promise<T> {
  const known = drive.current(action);
  let isSure = isWanted && !isSetAside(known);
  if (isSetAside(known)) {
    await drive.record({
      actions: [withAskedAgain(known)],
      journal: [journalLine(known, 'before', drive.context.now())],
    });
  }
  const callIfWanted = async (): Promise<T> => {
    if (!isSure && !(await isStillWanted(drive, action))) throw new NotAsked(drive.platform.kind);
    isSure = false;
    return await call();
  };
  return await askAgain(drive, callIfWanted, {
    about: { action, call: fallbackOf(action) ?? action.lever },
    isWrite: true,
    ...options,
    onceMore: async (error, failedAt) => {
      const tried = withFailedTry(drive.current(action), error);
      const outcome = error.mayHaveHappened ? 'unknown' : 'failed';
      await drive.record({
        actions: [tried],
        journal: [
          journalLine(tried, 'after', failedAt, { outcome, text: error.message }),
          journalLine(tried, 'before', drive.context.now()),
        ],
      });
    },
  });
}

/** What is under way already is repeated for a plan that was cancelled, too. */
async function isStillWanted(drive: Drive, { state }: Action): Promise<boolean> {
  return state === 'requested' ? await drive.mayGoOn() : !(await drive.isPaused());
}

function isPuttingOff({ code }: PlatformError): boolean {
  return code === 'rate_limited' || code === 'unavailable';
}

/** The sentence that a failed call leaves behind. Bugs are not sentences: they are thrown on. */
export function reasonOf(error: unknown): string {
  if (error instanceof PlatformError) return error.message;
  throw error;
}
