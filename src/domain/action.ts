import type { DraftPart } from './draft-parts.ts';
import type { ItemKey } from './inventory.ts';
import type { Json, JsonObject } from './json.ts';
import { nodesInWords } from './muted-words.ts';
import type { Action, Fallback, JournalEntry, Lever, Plan } from './plan.ts';
import { fallbacks, isAboutCredential, isAboutNodes, isAboutUser } from './plan.ts';
import type { Structure } from './structure.ts';
import type { Actor, NewTimelineEvent } from './timeline.ts';
import { listed } from './wording.ts';

/** What was true of a workflow before Firebreak touched it, kept with the action. */
export type Before = {
  /** For the platform's connector alone. */
  readonly platform: Json;
  /** Hash of its content without activation: an undo refuses when it moved. */
  readonly contentHash: string;
  /** What a person could still do by hand in the editor, in sentences. */
  readonly byHand: readonly string[];
  /** It was off before we asked, hence by another hand: taking it back leaves it off. */
  readonly wasOff: boolean;
  /** What of it had changed since it was planned, though not what matters; a sentence. */
  readonly moved?: string;
  /** Its draft in parts; absent where its platform does not tell. */
  readonly parts?: readonly DraftPart[];
  /** What draft and live version were made of; absent where its platform does not tell. */
  readonly structures?: readonly Structure[];
};

/** What a stop met, added up over repeated sweeps. */
export type StopRecord = {
  readonly at: Date;
  readonly stopped: number;
  readonly wereRunning: readonly string[];
  readonly wereIdle: readonly string[];
  readonly wereQueued: readonly string[];
  /** How often the platform answered that it stops them. */
  readonly asked: number;
};

/** What an incident was told of: the workflow itself that is on again, or one that does the same. */
export type Told = {
  /** What is to be contained now. */
  readonly key: ItemKey;
  readonly ref: string;
  readonly isOn: boolean;
  readonly at: Date;
  /** It is no copy, but has an address of what was contained. */
  readonly isTaker?: true;
};

const firebreak: Actor = { kind: 'firebreak' };

/** Records that a lever is about to be pulled: written before the platform is called. */
export function request(action: Action, before: Before | undefined, now: Date): Action {
  const { reason: _reason, ...rest } = action;
  return {
    ...rest,
    state: 'requested',
    requestedAt: now,
    ...(before ? { memo: memoOf(before) } : {}),
  };
}

function memoOf({ byHand, parts, structures, ...before }: Before): JsonObject {
  return {
    ...before,
    byHand: [...byHand],
    ...(parts ? { parts: parts.map(({ name, digest }) => ({ name, digest })) } : {}),
    ...(structures ? { structures: structures.map((one) => [...one]) } : {}),
  };
}

/** Records the platform's answer, which is not yet proof. */
export function accept(action: Action, acceptedAt: Date, settleMs: number): Action {
  return {
    ...action,
    state: 'accepted',
    acceptedAt,
    settleBy: new Date(acceptedAt.getTime() + settleMs),
  };
}

/** Ends an action that was not done: `skipped` on purpose, `failed` by the platform. */
export function end(
  action: Action,
  state: 'skipped' | 'failed',
  reason: string,
  now: Date,
): Action {
  return { ...action, state, reason, settledAt: now };
}

/** What one stop met; a platform where nothing queues says nothing of queued ones. */
export type MetByStop = Omit<StopRecord, 'asked' | 'wereQueued'> & Partial<StopRecord>;

/** Keeps what a stop met. Ids of runs that were running add up, because each may go on. */
export function withStop(action: Action, record: MetByStop): Action {
  const earlier = stopOf(action);
  const stop = {
    at: record.at.toISOString(),
    stopped: record.stopped + (earlier?.stopped ?? 0),
    wereRunning: [...new Set([...(earlier?.wereRunning ?? []), ...record.wereRunning])],
    wereIdle: [...new Set([...(earlier?.wereIdle ?? []), ...record.wereIdle])],
    wereQueued: [...new Set([...(earlier?.wereQueued ?? []), ...(record.wereQueued ?? [])])],
    asked: (earlier?.asked ?? 0) + 1,
  };
  return { ...action, memo: { ...objectOf(action.memo), stop } };
}

/** @returns what was true before, or undefined for an action that never got so far */
export function beforeOf(action: Action): Before | undefined {
  const memo = objectOf(action.memo);
  const { platform, contentHash, byHand, wasOff, moved, parts, structures } = memo;
  if (platform === undefined || typeof contentHash !== 'string') return undefined;
  return {
    platform,
    contentHash,
    byHand: textsOf(byHand),
    wasOff: wasOff === true,
    ...(typeof moved === 'string' ? { moved } : {}),
    ...(Array.isArray(parts) ? { parts: parts.flatMap(partOf) } : {}),
    ...(Array.isArray(structures) ? { structures: structures.map(textsOf) } : {}),
  };
}

function partOf(json: Json): readonly DraftPart[] {
  const { name, digest } = objectOf(json);
  return typeof name === 'string' && typeof digest === 'string' ? [{ name, digest }] : [];
}

/** True for a workflow that was off before this plan was to switch it off. */
export function wasOffBefore(action: Action): boolean {
  return action.lever === 'disable' && beforeOf(action)?.wasOff === true;
}

/** Keeps that what drifted was on when it was left alone: it is not contained. */
export function withLeftOn(action: Action): Action {
  return { ...action, memo: { ...objectOf(action.memo), leftOn: true } };
}

/** True for what a plan was to switch off and left alone, because it drifted, while it was on. */
export function wasLeftOn({ lever, state, memo }: Action): boolean {
  return lever === 'disable' && state === 'skipped' && objectOf(memo)['leftOn'] === true;
}

/** True for what a plan was to switch off and could not; it was on when it was last seen. */
export function couldNotDisable(action: Action): boolean {
  return action.lever === 'disable' && action.state === 'failed' && !wasOffBefore(action);
}

/** @returns what the stops of this action met so far */
export function stopOf(action: Action): StopRecord | undefined {
  const stop = objectOf(action.memo)['stop'];
  if (stop === undefined) return undefined;
  const { at, stopped, wereRunning, wereIdle, wereQueued, asked } = objectOf(stop);
  if (typeof at !== 'string' || typeof stopped !== 'number') return undefined;
  return {
    at: new Date(at),
    stopped,
    wereRunning: textsOf(wereRunning),
    wereIdle: textsOf(wereIdle),
    wereQueued: textsOf(wereQueued),
    asked: typeof asked === 'number' ? asked : 1,
  };
}

/** @returns what was tried when disabling did not do, once it was asked for */
export function fallbackOf(action: Action): Fallback | undefined {
  const { fallback } = objectOf(action.memo);
  return fallbacks.find((one) => one === fallback);
}

/** Keeps what was told of, so that it is told of once. */
export function withTold(action: Action, more: readonly Told[]): Action {
  const told = [...toldOf(action), ...more].map(({ key, ref, isOn, at, isTaker }) => ({
    key: { connection: key.connection, id: key.id },
    ref,
    isOn,
    at: at.toISOString(),
    ...(isTaker ? { isTaker } : {}),
  }));
  return { ...action, memo: { ...objectOf(action.memo), told } };
}

/** @returns the newcomers that were told of as long as this action holds */
export function toldOf(action: Action): readonly Told[] {
  const { told } = objectOf(action.memo);
  if (!Array.isArray(told)) return [];
  return told.flatMap((one) => {
    const { key, ref, isOn, at, isTaker } = objectOf(one);
    const { connection, id } = objectOf(key);
    if (typeof connection !== 'string' || typeof id !== 'string') return [];
    if (typeof ref !== 'string' || typeof isOn !== 'boolean' || typeof at !== 'string') return [];
    const as = isTaker === true ? { isTaker: true as const } : {};
    return [{ key: { connection, id }, ref, isOn, at: new Date(at), ...as }];
  });
}

/** The lever as people say it in a sentence about what was done. */
export const leverWords: Readonly<Record<Lever, { readonly ask: string; readonly held: string }>> =
  {
    disable: { ask: 'disable', held: 'disabled' },
    stop: { ask: 'stop the executions of', held: 'stopped' },
    enable: { ask: 'switch back on', held: 'switched back on' },
    revoke: { ask: 'revoke', held: 'revoked' },
    block: { ask: 'block', held: 'blocked' },
    unblock: { ask: 'unblock', held: 'unblocked' },
    overwrite: { ask: 'overwrite', held: 'overwritten' },
    delete: { ask: 'delete', held: 'deleted' },
    transfer: { ask: 'transfer all that is owned by', held: 'left with nothing of their own' },
    remove: { ask: 'delete', held: 'deleted' },
    mute: { ask: 'switch off', held: 'switched off' },
    unmute: { ask: 'switch back on', held: 'switched back on' },
  };

const archiveWords = { ask: 'archive', held: 'disabled by archiving it' };

/**
 * One timeline event about one action, in words that claim no more than its state.
 *
 * @param extra.text comes after
 */
export function eventAbout(
  plan: Plan,
  action: Action,
  now: Date,
  extra: { readonly text?: string; readonly data?: JsonObject } = {},
): NewTimelineEvent {
  const what = whatOf(plan, action);
  return {
    chain: plan.incident,
    kind: `action_${action.state}`,
    actor: firebreak,
    source: 'job',
    occurredAt: now,
    text: `${plan.name}: ${sentence(action, what)}${extra.text ? ` ${extra.text}` : ''}`,
    data: {
      plan: plan.name,
      action: action.id,
      lever: action.lever,
      connection: action.connection,
      ...aboutOf(action),
      ref: action.ref,
      state: action.state,
      proofs: action.proofs.map((proof) => ({
        method: proof.method,
        finding: proof.finding,
        text: proof.text,
        at: proof.at.toISOString(),
      })),
      ...extra.data,
    },
  };
}

/** Of a part it is said that it is one: nobody is to take the whole for contained. */
function whatOf({ targets }: Plan, action: Action): string {
  const whole = `${action.ref} “${action.workflowName}”`;
  if (!isAboutNodes(action.lever)) return whole;
  const target = targets.find(({ id }) => id === action.workflow);
  return `only a part of ${whole} (${nodesInWords(target?.nodes ?? [])})`;
}

function aboutOf({ lever, workflow: id }: Action): JsonObject {
  if (isAboutUser(lever)) return { user: id };
  return isAboutCredential(lever) ? { credential: id } : { workflow: id };
}

function sentence(action: Action, what: string): string {
  const { ask, held } = fallbackOf(action) ? archiveWords : leverWords[action.lever];
  const why = action.reason ? ` ${action.reason}` : '';
  switch (action.state) {
    case 'planned':
      return `will ${ask} ${what}.`;
    case 'requested':
      return `asks to ${ask} ${what}.`;
    case 'accepted':
      if (wasOffBefore(action)) return `${what} was off already; not verified yet.`;
      return `the platform accepted to ${ask} ${what}; not verified yet.`;
    case 'pending':
      return `${what}: ${held} is not verified yet.${why}`;
    case 'verified':
      if (wasOffBefore(action)) return `${what} was off already, and is verified off.`;
      return `${what} is verified ${held}.`;
    case 'contradicted':
      return `${what} is NOT ${held}: contradicted.${why}`;
    case 'unverifiable':
      return `${what}: ${held} cannot be verified.${why}`;
    case 'failed':
      return `could not ${ask} ${what}.${why}`;
    case 'skipped':
      return `did not ${ask} ${what}.${why}`;
    case 'undone':
      return `${what}: taken back.`;
  }
}

/** A line of the journal, written before or after a call to a platform. */
export function journalLine(
  action: Action,
  when: JournalEntry['when'],
  at: Date,
  outcome?: { readonly outcome: 'ok' | 'failed' | 'unknown'; readonly text?: string },
): JournalEntry {
  return { action: action.id, at, call: fallbackOf(action) ?? action.lever, when, ...outcome };
}

/**
 * That what a plan left on is not contained, and the lines that contain it; empty where it left none.
 * A plan is made of what the last look saw, so without a new look it would drift once more.
 *
 * @param refs of the workflows that are on
 */
export function leftOnWords(refs: readonly string[]): string {
  if (refs.length === 0) return '';
  const [is, changed] = refs.length === 1 ? ['is', 'it changed'] : ['are', 'they changed'];
  return ` ${listed(refs, 20)} ${is} NOT contained: ${changed} since the plan was made and ${is} still on. Next: \`scope sync\`, then \`${containLine(refs)}\`.`;
}

/** That what could not be switched off is not contained; empty where all of it could. */
export function notDisabledWords(refs: readonly string[]): string {
  if (refs.length === 0) return '';
  return refs.length === 1
    ? ` ${listed(refs)} is NOT contained: it could not be disabled, and was on when it was last seen.`
    : ` ${listed(refs, 20)} are NOT contained: they could not be disabled, and were on when they were last seen.`;
}

export function containLine(refs: readonly string[]): string {
  return `contain plan ${refs.slice(0, 20).join(' ')}`;
}

/** What an action keeps; empty where it keeps nothing. */
export function objectOf(json: Json | undefined): JsonObject {
  return isObject(json) ? json : {};
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function textsOf(json: Json | undefined): readonly string[] {
  return Array.isArray(json) ? json.filter((item) => typeof item === 'string') : [];
}
