import { DateTime } from 'luxon';

import type { Proof, Reading } from '../../domain/verification.ts';
import type { N8nExecution } from './answers.ts';
import { isQueued, isUnended } from './look.ts';
import type { Memo } from './memo.ts';
import { fireToMiss } from './schedule.ts';

/**
 * How long n8n may take to make an unpublish real, in ms.
 *
 * The longest seen on 2.40.7 were 133 s (500 unpublished eight at a time) and 104 s (500 at once
 * from its own command line). Ours go one by one, but nobody knows who else queues; hence a third more.
 */
export const settleMs = 180_000;
/** A start this short a time ago may be the last one, or one of many; in ms. */
const justNowMs = 3_000;

/**
 * Whether n8n keeps a record of all executions of a workflow. Where that is left to n8n's defaults,
 * of which failures have one of their own: `unseen` when no success was seen that was kept by
 * default, `successes` when no failure was.
 */
export type Keeps = 'yes' | 'no' | 'unseen' | 'successes';

/** What the executions since, and the clock, say about a workflow being off. */
export type Quiet = Pick<Reading, 'proofs' | 'notBefore' | 'doubts' | 'notHad'> & {
  /** Why its executions never show that it is off. Nothing but n8n's own account of it would. */
  readonly unshown?: string;
};

/**
 * Reads silence: nothing started since n8n accepted, and whatever could start it had its chance.
 *
 * For a schedule that chance is its next fires. What other workflows, agents and MCP clients start
 * has none that can be waited for: n8n looks it up in its published version, which it drops last
 * and late. So the time that n8n may take has to pass, counted anew from a start within it. The same
 * time is given to a schedule whose failures may leave no record: it may fire on unseen for so long.
 * All instants but `at` are on n8n's clock.
 *
 * Where n8n did not list its executions, nothing is silent: only what is seen to be shut without
 * them is proved.
 */
export function quietReading(given: {
  readonly memo: Memo;
  readonly acceptedAt: Date;
  readonly now: Date;
  readonly at: Date;
  readonly executions: readonly N8nExecution[];
  readonly keeps: Keeps;
  /** It was on until just before it was to be switched off, so it may be alive for a while. */
  readonly wasOnLately: boolean;
  /** It was off already, as was first seen then: not for long. */
  readonly offSince?: Date | undefined;
  /** An entry point of it that answered before is gone; n8n drops those together with the rest. */
  readonly wasSeenShut: boolean;
  /** Why n8n's list of executions could not be had. */
  readonly unread?: string | undefined;
}): Quiet {
  const { acceptedAt, now, keeps, unread } = given;
  if (unread !== undefined && keeps !== 'no') return unreadReading(given, unread);
  const started = given.executions.filter(
    (one) => isQueued(one) || (one.startedAt && one.startedAt > acceptedAt),
  );
  const byHand = started.filter(({ mode }) => startedByHand.has(mode));
  const byItself = started.filter(({ mode }) => !startedByHand.has(mode));
  const last = latestStart(byItself);
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'executions',
    finding,
    text,
    at: given.at,
  });
  const proofs: Proof[] = [];
  if (byHand.length > 0) {
    const times = byHand.length === 1 ? 'once' : `${byHand.length} times`;
    proofs.push(proof('silent', `Somebody ran it ${times} by hand since.`));
  }
  const open = byItself.filter(isUnended);
  if (open.length > 0) {
    proofs.push(proof('contradicts', openText(open)));
    return { proofs, doubts: [] };
  }
  if (last && isOngoing(last, acceptedAt, now)) {
    proofs.push(proof('contradicts', `It was started again at ${shown(last)}.`));
    return { proofs, doubts: [] };
  }
  proofs.push(...endingsOf(byItself).map((text) => proof('silent', text)));
  const quietSince = last ?? acceptedAt;
  proofs.push(
    keeps === 'yes' || keeps === 'successes'
      ? proof('agrees', `${silenceText(last, acceptedAt)}${keeps === 'yes' ? '' : failuresUnseen}`)
      : proof('silent', `${unkept[keeps]}, so their absence proves nothing.`),
  );
  return { proofs, ...chances(given, quietSince, last) };
}

/** What its executions would show is not known. Its next fire is counted from the switch-off alone. */
function unreadReading(given: Parameters<typeof quietReading>[0], unread: string): Quiet {
  const why = `Its executions could not be read, so nothing shows whether any started since. ${unread}`;
  const { memo, acceptedAt, wasOnLately, wasSeenShut } = given;
  const isNeeded = wasOnLately && (!wasSeenShut || memo.schedule !== undefined);
  return {
    proofs: [{ method: 'executions', finding: 'silent', text: why, at: given.at }],
    ...chances({ ...given, keeps: 'yes' }, acceptedAt),
    notHad: { why, isNeeded },
  };
}

/** Until when its silence says nothing yet, or why it never will. */
function chances(
  { memo, keeps, wasOnLately, offSince, wasSeenShut }: Parameters<typeof quietReading>[0],
  quietSince: Date,
  last?: Date,
): Pick<Quiet, 'notBefore' | 'doubts' | 'unshown'> {
  const { schedule } = memo;
  if (!wasOnLately) return offSince ? letGoBy(later(offSince, last)) : { doubts: [] };
  if (wasSeenShut && !schedule) return { doubts: [] };
  const isByClockAlone = schedule !== undefined && memo.startedByOthers === false;
  const isForCallers = !wasSeenShut && !isByClockAlone;
  const until = new Date(quietSince.getTime() + settleMs);
  const why = isForCallers
    ? `n8n may go on running it for callers until ${shown(until)}.`
    : `n8n may go on running it, and fail unseen, until ${shown(until)}.`;
  if (keeps === 'no' || keeps === 'unseen') {
    const unshown = schedule
      ? `A schedule starts it. ${unkept[keeps]}, so nothing shows whether it fires.`
      : `${unkept[keeps]}, so nothing shows whether others still start it.`;
    // A schedule's fires leave no trace to be waited for; what others start has n8n's time all the same.
    return { doubts: [], unshown, ...(isForCallers ? { notBefore: { at: until, why } } : {}) };
  }
  const fire = schedule ? scheduled(schedule, quietSince) : { doubts: [] };
  if (!isForCallers && keeps === 'yes') return fire;
  if (fire.notBefore && fire.notBefore.at > until) return fire;
  return { ...fire, notBefore: { at: until, why } };
}

function later(one: Date, other: Date | undefined): Date {
  return other && other > one ? other : one;
}

/** Whoever switched it off, n8n has let go of it by then. */
function letGoBy(since: Date): Pick<Quiet, 'notBefore' | 'doubts'> {
  const at = new Date(since.getTime() + settleMs);
  const why =
    `It was off already, and nobody saw for how long: n8n may go on running until ${shown(at)} ` +
    'what was switched off just before.';
  return { doubts: [], notBefore: { at, why } };
}

/** Said where only what ran well is known to be kept. */
const failuresUnseen = ' It was not seen that n8n keeps a record of those that fail.';

const unkept = {
  no: 'n8n does not keep a record of all its executions',
  unseen: 'It was not seen that n8n keeps a record of its executions',
} as const satisfies Record<Exclude<Keeps, 'yes' | 'successes'>, string>;

const maxShown = 5;

function openText(open: readonly N8nExecution[]): string {
  const told = open.slice(0, maxShown).map(({ id, status, startedAt }) => {
    if (!startedAt) return `execution ${id} is queued`;
    const state = status === 'new' ? 'queued' : status;
    return `execution ${id}, started at ${shown(startedAt)}, is still ${state}`;
  });
  const rest = open.length > maxShown ? `, and ${open.length - maxShown} more` : '';
  const happens = open.every(isQueued) ? 'is about to start again' : 'was started again';
  return `It ${happens}: ${told.join('; ')}${rest}.`;
}

function silenceText(last: Date | undefined, acceptedAt: Date): string {
  return last
    ? `n8n lists none that started since the last of these, at ${shown(last)}.`
    : `n8n lists no execution that started since ${shown(acceptedAt)}.`;
}

const maxEnded = 10;

/** What became of those that started after it was accepted: work that was done all the same. */
function endingsOf(started: readonly N8nExecution[]): readonly string[] {
  const groups = Object.groupBy(started, ({ status }) => endings.get(status) ?? 'ended');
  return Object.entries(groups).map(([ending, some = []]) => {
    const ids = some.map(({ id }) => id).toSorted((one, other) => Number(one) - Number(other));
    const named = ids.slice(0, maxEnded).join(', ');
    const rest = ids.length > maxEnded ? `, and ${ids.length - maxEnded} more` : '';
    const runs = ids.length === 1 ? '1 execution' : `${ids.length} executions`;
    return `${runs} started after it was switched off and ${ending}: ${named}${rest}.`;
  });
}

const endings: ReadonlyMap<string, string> = new Map([
  ['success', 'ran to the end'],
  ['error', 'failed on the way'],
  ['crashed', 'failed on the way'],
  ['canceled', 'met a stop'],
]);

function scheduled(
  schedule: NonNullable<Memo['schedule']>,
  quietSince: Date,
): Pick<Quiet, 'notBefore' | 'doubts'> {
  const fire = fireToMiss(schedule.rules, quietSince, schedule.zone);
  if (!fire) {
    return { doubts: ['The rule of its schedule cannot be read, so its next fire is not known.'] };
  }
  const { zone } = schedule;
  const time = fire.which === 'second' ? 'for the second time' : 'next';
  const why =
    fire.isExact && zone !== undefined
      ? `Its schedule would fire ${time} at ${inZone(fire.at, zone)}.`
      : `Its schedule would fire ${time} by ${shown(fire.at)} at the latest` +
        `${zone === undefined ? '; n8n does not tell in which time zone it counts' : ''}.`;
  return { notBefore: { at: new Date(fire.at.getTime() + fire.lateMs), why }, doubts: [] };
}

/** The modes of executions that somebody started in the editor. */
export const startedByHand: ReadonlySet<string> = new Set(['manual', 'retry', 'evaluation']);

function latestStart(executions: readonly N8nExecution[]): Date | undefined {
  const starts = executions.flatMap(({ startedAt }) => (startedAt ? [startedAt.getTime()] : []));
  return starts.length > 0 ? new Date(Math.max(...starts)) : undefined;
}

/** Within the while that n8n may take, only a start just now counts against it. */
function isOngoing(last: Date, acceptedAt: Date, now: Date): boolean {
  if (last.getTime() > acceptedAt.getTime() + settleMs) return true;
  return now.getTime() - last.getTime() < justNowMs;
}

/** To the minute, as rules are made; which second it is, n8n chooses. */
function inZone(at: Date, zone: string): string {
  return `${DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd HH:mm')} ${zone}`;
}

function shown(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
