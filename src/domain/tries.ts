import type { PlatformError, PlatformErrorCode } from '../errors.ts';
import { fallbackOf, objectOf } from './action.ts';
import type { Action, Lever } from './plan.ts';

/** How often a lever was asked for where not every call was answered. */
export type Tries = {
  readonly calls: number;
  /** What befell the others, in a few words, in the order in which it was first met. */
  readonly failed: readonly { readonly how: string; readonly times: number }[];
  /** One of them may have taken effect, though no answer said so. */
  readonly mayHaveHappened?: true;
  /** The last of them has ended, and it is to be asked for again. */
  readonly isSetAside?: true;
};

/** Keeps that a call for this action got no yes, so that no silent second call is ever made. */
export function withFailedTry(action: Action, error: PlatformError): Action {
  const answer = error.status === undefined ? meanings[error.code] : `it answered ${error.status}`;
  const { asking } = error;
  const how = asking === undefined ? answer : `${answer}${whenAsked}${asking}`;
  const before: Tries = triesOf(action) ?? { calls: 0, failed: [] };
  const { calls, failed } = before;
  const mayHave = before.mayHaveHappened === true || error.mayHaveHappened;
  const known = failed.find((one) => one.how === how) ?? { how, times: 0 };
  const counted = { how, times: known.times + 1 };
  const all = failed.includes(known)
    ? failed.map((one) => (one === known ? counted : one))
    : [...failed, counted];
  return withTries(action, {
    calls: calls + 1,
    failed: all,
    ...(mayHave ? { mayHaveHappened: true } : {}),
  });
}

/**
 * Keeps that no call of it is under way, and that it is to be asked for again.
 *
 * @param wasAsked by a process that died before it knew the answer
 */
export function withSetAside(action: Action, wasAsked: boolean): Action {
  const tries = triesOf(action);
  if (!tries) return action;
  const mayHave = wasAsked ? { mayHaveHappened: true as const } : {};
  return withTries(action, { ...tries, ...mayHave, isSetAside: true });
}

/** Keeps that it is asked for again. */
export function withAskedAgain(action: Action): Action {
  const { isSetAside: aside, ...tries } = triesOf(action) ?? { calls: 0, failed: [] };
  return aside ? withTries(action, tries) : action;
}

/** True for what was asked for in vain and is to be asked for again; no call of it is under way. */
export function isSetAside(action: Action): boolean {
  return triesOf(action)?.isSetAside === true;
}

/** True for what a process was asking for when it died: that call may have taken effect. */
export function wasAskedBefore(action: Action): boolean {
  return action.state === 'requested' && !isSetAside(action);
}

/** Counts the call that was answered at last; one that was answered at once is not worth a word. */
export function withAnsweredTry(action: Action): Action {
  const tries = triesOf(withAskedAgain(action));
  return tries ? withTries(action, { ...tries, calls: tries.calls + 1 }) : action;
}

/** Before what only reads: the platform was not asked for the lever itself. */
const whenAsked = ' when asked to ';

function withTries(action: Action, given: Tries): Action {
  const { calls, failed, mayHaveHappened, isSetAside: aside } = given;
  const tries = {
    calls,
    failed: failed.map(({ how, times }) => ({ how, times })),
    ...(mayHaveHappened ? { mayHaveHappened } : {}),
    ...(aside ? { isSetAside: aside } : {}),
  };
  return { ...action, memo: { ...objectOf(action.memo), tries } };
}

/** @returns absent where every call was answered */
export function triesOf(action: Action): Tries | undefined {
  const tries = objectOf(objectOf(action.memo)['tries']);
  const { calls, failed, mayHaveHappened, isSetAside: aside } = tries;
  if (typeof calls !== 'number' || !Array.isArray(failed)) return undefined;
  return {
    calls,
    failed: failed.flatMap((one) => {
      const { how, times } = objectOf(one);
      return typeof how === 'string' && typeof times === 'number' ? [{ how, times }] : [];
    }),
    ...(mayHaveHappened === true ? { mayHaveHappened } : {}),
    ...(aside === true ? { isSetAside: aside } : {}),
  };
}

/**
 * `The platform was asked 4 times to disable it: 3 times it answered 504.`; empty for one call.
 * Where what failed only reads, not each call asked for the lever itself, and that is said.
 */
export function triesInWords(action: Action): string {
  const tries = triesOf(action);
  if (!tries || tries.calls < 2) return '';
  const what = fallbackOf(action) ? 'to archive it' : toDo[action.lever];
  const asked = tries.failed.some(({ how }) => how.includes(whenAsked))
    ? `${what.replace('to ', 'To ')}, the platform was called ${often(tries.calls)}`
    : `The ${action.lever === 'revoke' ? 'provider' : 'platform'} was asked ${often(tries.calls)} ${what}`;
  const [only, ...others] = tries.failed;
  if (only && others.length === 0 && only.times === tries.calls) {
    return `${asked}; each time ${only.how}.`;
  }
  return `${asked}: ${tries.failed.map(({ how, times }) => `${often(times)} ${how}`).join(', ')}.`;
}

function often(times: number): string {
  return times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;
}

const toDo: Readonly<Record<Lever, string>> = {
  disable: 'to disable it',
  stop: 'to stop its executions',
  enable: 'to switch it back on',
  revoke: 'to revoke it',
  block: 'to block it',
  unblock: 'to unblock it',
  overwrite: 'to overwrite it',
  delete: 'to delete it',
  transfer: 'to transfer what it owns',
  remove: 'to delete it',
  mute: 'to switch them off',
  unmute: 'to switch them back on',
};

const meanings: Readonly<Record<PlatformErrorCode, string>> = {
  unauthorized: 'it did not accept the connection’s secret',
  refused: 'it refused',
  not_found: 'it did not find it',
  conflict: 'something stood in the way',
  rate_limited: 'it asked to be called less often',
  unavailable: 'it could not answer just then',
  timed_out: 'no answer came in time',
  cut: 'the line was cut',
  unreachable: 'it could not be reached',
  unreadable: 'its answer could not be read',
  blocked: 'it was not called',
};
