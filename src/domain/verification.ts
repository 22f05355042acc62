import type { HolderNow } from './holders.ts';
import type { Action } from './plan.ts';

/** What a proof says about the claim "this is contained" (or, for an undo, "this is back"). */
export const findings = ['agrees', 'contradicts', 'silent'] as const;
export type Finding = (typeof findings)[number];

/** One look at the platform by another path than the write. */
export type Proof = {
  /** `list`, `webhook-probe`, `executions`, `sweep`, … */
  readonly method: string;
  readonly finding: Finding;
  /** One sentence for the responder: "OPTIONS on 2 webhooks: refused". */
  readonly text: string;
  readonly at: Date;
};

/** What a platform reports when it is asked whether one lever holds on one workflow. */
export type Reading = {
  readonly workflow: string;
  readonly proofs: readonly Proof[];
  /** It cannot be settled before: a schedule whose next period has not passed. With the reason. */
  readonly notBefore?: { readonly at: Date; readonly why: string };
  /** Why it cannot be proved at all, however long we wait. Empty when it can. */
  readonly doubts: readonly string[];
  /** A part of the look that failed this time; another look may have it. */
  readonly notHad?: NotRead;
  /** For one that is to be off: who has, or was seen to have, its address. */
  readonly holders?: readonly HolderNow[];
};

/** A part of a look that could not be had: why, and whether the claim is proved only with it. */
export type NotRead = { readonly why: string; readonly isNeeded: boolean };

export const verdicts = ['pending', 'verified', 'contradicted', 'unverifiable'] as const;
export type Verdict = (typeof verdicts)[number];

/** Running, queued and waiting must be empty this many times in a row before a stop is believed. */
export const sweepsNeeded = 2;

/**
 * What one more reading makes of an action.
 *
 * The order is the whole point: a contradiction outweighs any agreement, a doubt outweighs
 * everything but a contradiction, and nothing is verified without at least one proof that agrees.
 * A contradiction is *pending* until `settleBy`, because a platform may answer long before it acts;
 * that of a stop also until its entrance's, which a fallback puts off. What is proved only by a part
 * that was not had waits for another look, and ends unverifiable.
 * @param entrance for a stop, the action that shuts the same workflow's entrance, as it is now
 */
export function judge(action: Action, reading: Reading, now: Date, entrance?: Action): Action {
  const seen: Action = { ...withoutVerdict(action), proofs: reading.proofs };
  const late = isLate(action, now) && !hasTime(action, entrance, now);
  const against = reading.proofs.filter((proof) => proof.finding === 'contradicts');
  if (against.length > 0) {
    const reason = against.map((proof) => proof.text).join(' ');
    return late
      ? settled({ ...seen, emptySweeps: 0, reason }, 'contradicted', now)
      : { ...seen, state: 'pending', emptySweeps: 0, reason };
  }
  const agrees = reading.proofs.some((proof) => proof.finding === 'agrees');
  if (action.lever === 'stop' && entrance && !isFinal(entrance)) {
    return behind(seen, entrance, agrees ? 'Nothing of it runs now.' : silenceOf(action, reading));
  }
  const sweeps = action.lever === 'stop' && agrees ? action.emptySweeps + 1 : action.emptySweeps;
  const swept: Action = { ...seen, emptySweeps: sweeps };
  if (action.lever === 'stop' && agrees && sweeps < sweepsNeeded) {
    return {
      ...swept,
      state: 'pending',
      reason: 'One empty sweep so far; two in a row are needed.',
    };
  }
  if (reading.doubts.length > 0) {
    return settled({ ...swept, reason: reading.doubts.join(' ') }, 'unverifiable', now);
  }
  if (!agrees) {
    const reason = silenceOf(action, reading);
    return late
      ? settled({ ...swept, reason }, 'unverifiable', now)
      : { ...swept, state: 'pending', reason };
  }
  const open = action.lever === 'stop' && entrance && openEntrances.get(entrance.state);
  if (open) {
    const reason = `Nothing of it runs now, but its entrance is ${open}, so more may start.`;
    return settled({ ...swept, reason }, 'unverifiable', now);
  }
  if (reading.notBefore && reading.notBefore.at > now) {
    const { at, why } = reading.notBefore;
    return { ...swept, state: 'pending', notBefore: at, reason: why };
  }
  return reading.notHad?.isNeeded
    ? unproved(swept, action, reading.notHad.why, now)
    : settled(swept, 'verified', now);
}

/** How long a part that fails is asked for after the time in which it was to prove something, in ms. */
const partWithinMs = 30_000;

/** What all that was had agrees with, while what it needs besides could not be had. */
function unproved(seen: Action, { settleBy, notBefore }: Action, why: string, now: Date): Action {
  const due = Math.max(settleBy?.getTime() ?? 0, notBefore?.getTime() ?? 0);
  const mayCome = settleBy === undefined || now.getTime() < due + partWithinMs;
  if (!mayCome) return settled({ ...seen, reason: why }, 'unverifiable', now);
  return { ...seen, state: 'pending', reason: why, ...(notBefore ? { notBefore } : {}) };
}

function isLate({ settleBy }: Action, now: Date): boolean {
  return settleBy !== undefined && now >= settleBy;
}

/**
 * The platform still has time to shut the entrance of a stop, which a fallback gives it anew, or it
 * was proved shut so lately that what came in before is still to be met by sweeps.
 */
function hasTime(stop: Action, entrance: Action | undefined, now: Date): boolean {
  if (entrance === undefined) return false;
  if (entrance.settleBy === undefined) return !isFinal(entrance);
  if (!isLate(entrance, now)) return true;
  const { acceptedAt, settleBy } = stop;
  if (entrance.state !== 'verified' || !entrance.settledAt || !acceptedAt || !settleBy)
    return false;
  const ownMs = settleBy.getTime() - acceptedAt.getTime();
  return now.getTime() < entrance.settledAt.getTime() + ownMs;
}

/** True when nothing more will come of it by itself. */
export function isFinal(action: Action): boolean {
  return !['planned', 'requested', 'accepted', 'pending'].includes(action.state);
}

/** Behind which an empty sweep proves nothing, however often it is made. */
const openEntrances: ReadonlyMap<Action['state'], string> = new Map([
  ['contradicted', 'not shut'],
  ['failed', 'not shut'],
  ['skipped', 'not shut'],
  ['unverifiable', 'not proved shut'],
]);

/** Sweeps count only once nothing new can start: until then an empty one proves nothing. */
function behind(action: Action, entrance: Action, seen: string): Action {
  const { notBefore } = entrance;
  return {
    ...action,
    state: 'pending',
    emptySweeps: 0,
    reason: `${seen} It counts as stopped once its entrance is proved shut.`,
    ...(notBefore ? { notBefore } : {}),
  };
}

/** Why nothing was learned, as far as the looks say. */
function silenceOf({ lever }: Action, { proofs }: Reading): string {
  const silent = proofs.filter(({ finding }) => finding === 'silent').map(({ text }) => text);
  const who = lever === 'revoke' ? 'provider' : 'platform';
  return [`The ${who} gave no proof either way.`, ...new Set(silent)].join(' ');
}

function withoutVerdict(action: Action): Action {
  const { reason: _reason, notBefore: _notBefore, settledAt: _settledAt, ...rest } = action;
  return rest;
}

function settled(action: Action, state: Exclude<Verdict, 'pending'>, now: Date): Action {
  return { ...action, state, settledAt: now };
}
