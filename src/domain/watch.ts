import { wasLeftOn } from './action.ts';
import type { Connection } from './connection.ts';
import { withoutFallbacks } from './fallback.ts';
import type { ItemKey } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { JsonObject } from './json.ts';
import type { Action, Plan } from './plan.ts';
import { wasSeenOff } from './seen-off.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { openCopies } from './told-copies.ts';
import type { Proof, Reading } from './verification.ts';
import type { WatchKind } from './watch-kinds.ts';
import { listed } from './wording.ts';

/** One workflow that a containment of an open incident keeps off, hence keeps an eye on. */
export type Held = {
  readonly plan: Pick<Plan, 'id' | 'name' | 'incident' | 'connections'>;
  /** The action that switched it off. */
  readonly action: Action;
  /** The last look at its connection no longer found it: it was deleted, or hidden from us. */
  readonly isGone: boolean;
};

/** One credential that a block in an open incident keeps from workflows. */
export type HeldBlock = Held & {
  /** When the platform last accepted a change of it from Firebreak, by whichever plan. */
  readonly changedByUsAt: Date;
};

/** Who last switched a workflow on or off and when, as far as its platform tells. */
export type LastSwitch = {
  readonly at: Date;
  readonly by?: string;
  /** The platform's id of that person, where it tells no more. */
  readonly user?: string;
};

/** What a containment is told of its target: actions as they stand now, and the words for it. */
export type Return = {
  readonly actions: readonly Action[];
  readonly events: readonly NewTimelineEvent[];
};

/** True while the connection reaches the same platform as when the plan was made, by whatever key. */
export function isSameConnection(
  { plan }: Pick<Held, 'plan'>,
  connection: Pick<Connection, 'id' | 'epoch' | 'addressSince'>,
): boolean {
  const since = connection.addressSince ?? connection.epoch;
  return plan.connections.some(
    ({ id, epoch }) => id === connection.id && epoch >= since && epoch <= connection.epoch,
  );
}

/** The same workflow kept off by several plans of one incident is told of once. */
export function byTarget(held: readonly Held[]): readonly (readonly Held[])[] {
  const targets = Map.groupBy(held, ({ plan, action }) => {
    return `${plan.incident} ${keyText(keyOf(action))}`;
  });
  return [...targets.values()];
}

function keyOf({ connection, workflow }: Action): ItemKey {
  return { connection, id: workflow };
}

/**
 * What is to be contained once more because a containment did not hold: its own targets, also those
 * that drifted and were left on, or what came back in their place.
 */
export function toContainAgain(
  plan: Pick<Plan, 'purpose'>,
  actions: readonly Action[],
): readonly { readonly key: ItemKey; readonly ref: string }[] {
  if (plan.purpose !== 'contain') return [];
  const again = new Map<string, { readonly key: ItemKey; readonly ref: string }>();
  for (const action of actions.filter(wasLeftOn)) {
    again.set(action.ref, { key: keyOf(action), ref: action.ref });
  }
  for (const action of actions.filter(({ state }) => state === 'contradicted')) {
    const own = { key: keyOf(action), ref: action.ref };
    const copies = openCopies(action).map(({ key, ref }) => ({ key, ref }));
    for (const one of isOffItself(action) ? copies : [own, ...copies]) again.set(one.ref, one);
  }
  return [...again.values()];
}

/** True for what only counts as on because of its copies: nothing speaks against the target itself. */
export function isOffItself(action: Action): boolean {
  const isAgainst = action.proofs.some(({ finding }) => finding === 'contradicts');
  return action.lever === 'disable' && !isAgainst && openCopies(action).length > 0;
}

/** True while the last word on a workflow is that it did not go off, or came back. */
export function showedOn(action: Action): boolean {
  const { lever, state } = action;
  return lever === 'disable' && state === 'contradicted' && !isOffItself(action);
}

/** True for what was off because of this, and was on again when it was last seen. */
export function cameBackSince(action: Action): boolean {
  return showedOn(action) && wasSeenOff(action);
}

/**
 * True for what the watch looks at every minute: off, or blocked, and nobody saw otherwise since.
 * What only waits for a later hour to be verified was seen off, too, and so was what has copies.
 */
export function isWatched(action: Action): boolean {
  const { lever, state, notBefore } = action;
  if (!['disable', 'block', 'mute'].includes(lever)) return false;
  if (state === 'pending') return notBefore !== undefined;
  if (state === 'contradicted') return isOffItself(action);
  return state === 'verified' || state === 'unverifiable';
}

/**
 * What the watch found otherwise than it was to be: it waits for nothing any more, and it is for
 * people to say what is done about it.
 */
export function overtaken(action: Action): Action {
  const { notBefore: _notBefore, ...rest } = action;
  return withoutFallbacks(rest);
}

/** Longer reasons are told by the timeline. */
const reasonAtMost = 1_500;

/** What came back before is still to be contained, so it stays said, and since when. */
export function contradictedBy(action: Action, reason: string, now: Date): Action {
  if (action.state !== 'contradicted') {
    return { ...overtaken(action), state: 'contradicted', reason, settledAt: now };
  }
  const all = [action.reason, reason].filter((text) => text !== undefined).join(' ');
  return all.length > reasonAtMost ? action : { ...action, reason: all };
}

/**
 * What one more look at a workflow that was contained makes of it: nothing, unless something shows
 * that it is on, or runs, again. Then it no longer counts as contained, and its incident is told.
 *
 * What its platform still has time to switch off did not come back by running on: that is left to its
 * verification. Switched on by somebody since, it is told at once.
 *
 * @param held of one workflow and one incident
 * @param now.lastSwitch only when it is listed as on
 * @param now.stops of what ran of it, by the same plans
 * @param now.archives the platform can put it where nobody switches it on by a press of a button
 */
export function cameBack(
  all: readonly Held[],
  reading: Reading,
  now: {
    readonly at: Date;
    readonly lastSwitch?: LastSwitch;
    readonly isOn: boolean;
    readonly archives: boolean;
    readonly stops?: readonly Action[];
  },
): Return | undefined {
  const against = reading.proofs.filter(({ finding }) => finding === 'contradicts');
  const isOlder = now.lastSwitch !== undefined && now.lastSwitch.at < askedAt(all);
  const isSwitched = now.lastSwitch !== undefined && !isOlder;
  const held = isSwitched ? all : all.filter(({ action }) => !hasTimeLeft(action, now.at));
  const [first] = held;
  if (against.length === 0 || first === undefined) return undefined;
  // Nobody is said to have switched on what was perhaps never off.
  const isBack = !now.isOn || isSwitched || held.some((one) => wasSeenOff(one.action));
  const how = isBack
    ? switchedOn(now.lastSwitch, isOlder)
    : 'it is on, and was never seen off since it was to be disabled.';
  const shows = against.map(({ text }) => text).join(' ');
  const what = isBack ? 'came back' : 'did not go off';
  // It may never have been off: a platform lists it so long before it is.
  const says = now.isOn ? `${what}: ${how}` : 'runs although it is listed as off.';
  const reason = `It ${says} ${shows}`;
  const { action } = first;
  const stops = (now.stops ?? []).filter(({ state }) => state === 'verified');
  const unknown =
    stops.length === 0 ? '' : ' Stopped is not verified any more: more may run by now.';
  return {
    actions: [
      ...held.map((one) => ({
        ...contradictedBy(one.action, reason, now.at),
        proofs: reading.proofs,
        emptySweeps: 0,
        settledAt: now.at,
      })),
      ...stops.map((one) => openedAgain(one, now.isOn ? what : 'runs', now.at)),
    ],
    events: [
      returnEvent(held, {
        kind: isBack ? 'came_back' : 'not_off',
        at: now.at,
        text: `${action.ref} “${action.workflowName}” ${says} ${shows}${unknown}`,
        data: {
          workflow: action.workflow,
          ...(now.lastSwitch && !isOlder
            ? {
                switchedAt: now.lastSwitch.at.toISOString(),
                switchedBy: now.lastSwitch.by ?? null,
              }
            : {}),
          proofs: against.map(proofJson),
          ...(stops.length === 0 ? {} : { unverifiable: ['stop'] }),
          next: containAgain([action.ref], now.archives && isBack),
        },
      }),
    ],
  };
}

/** Until then its platform may list and answer as before; see `judge`. */
function hasTimeLeft({ state, settleBy }: Action, now: Date): boolean {
  return state === 'pending' && settleBy !== undefined && now < settleBy;
}

/** The line that contains what did not stay off, so that this time it does. */
export function containAgain(refs: readonly string[], archives: boolean): string {
  return `contain plan ${refs.join(' ')}${archives ? ' else:archive' : ''}`;
}

/** That nothing ran was proved behind an entrance that was shut; its proofs keep their time. */
function openedAgain(stop: Action, what: string, at: Date): Action {
  const reason = `It ${what}, so more may run by now: its executions were not looked at since.`;
  return { ...stop, state: 'unverifiable', reason, settledAt: at };
}

/** When it was last asked to go off: what was on before is no answer to that. */
function askedAt(held: readonly Held[]): Date {
  const asked = held.map(({ action }) => action.requestedAt ?? action.acceptedAt ?? new Date(0));
  return new Date(Math.max(...asked.map((at) => at.getTime())));
}

/**
 * @param isOlder a platform that was put back to an earlier state knows nothing of later switches;
 *   a name beside such a one would be taken for whose hand it was
 */
function switchedOn(last: LastSwitch | undefined, isOlder: boolean): string {
  if (last === undefined) return 'it is on again; the platform does not say since when or by whom.';
  if (isOlder) {
    return `it is on again; the platform’s last known switch, at ${shownInstant(last.at)}, is older than our own, so it does not say who or when.`;
  }
  const at = `it was switched on again at ${shownInstant(last.at)}`;
  return last.by === undefined
    ? `${at}; the platform does not say by whom.`
    : `${at} by ${last.by}.`;
}

/** An event of the incident whose containment it is about, with what to type next. */
export function returnEvent(
  held: readonly Held[],
  {
    kind,
    at,
    text,
    data,
  }: Pick<NewTimelineEvent, 'text'> & {
    readonly kind: WatchKind;
    readonly at: Date;
    readonly data: JsonObject & { readonly next: string };
  },
): NewTimelineEvent {
  const plans = [...new Set(held.map(({ plan }) => plan.name))];
  const [first] = held;
  if (first === undefined) throw new RangeError('Nothing is held.');
  return {
    chain: first.plan.incident,
    kind,
    actor: { kind: 'firebreak' },
    source: 'job',
    occurredAt: at,
    text: `${listed(plans)}: ${text} Next: \`${data.next}\`.`,
    data: { plans, ref: first.action.ref, connection: first.action.connection, ...data },
  };
}

function proofJson({ method, finding, text, at }: Proof): JsonObject {
  return { method, finding, text, at: at.toISOString() };
}

/** `2026-11-22 03:30:00 UTC` */
export function shownInstant(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
