import { DateTime } from 'luxon';

import type { Proof, Reading } from '../../domain/verification.ts';
import type { N8nExecution } from './answers.ts';
import type { Memo } from './memo.ts';
import { nextFire } from './schedule.ts';

/** How long n8n may take to make an unpublish real: 133 s were seen under a backlog; in ms. */
export const settleMs = 180_000;
/** A start this short a time ago may be the last one, or one of many; in ms. */
const justNowMs = 3_000;
/** How late a schedule may fire and still be on time, in ms. */
const lateMs = 5_000;

/** What the executions since, and the clock, say about a workflow being off. */
export type Quiet = Pick<Reading, 'proofs' | 'notBefore' | 'doubts'>;

/**
 * Reads silence: nothing started since n8n accepted, and a schedule has let a fire pass.
 *
 * n8n lets a workflow run on for a while after its answer, so a start within that while is only a
 * later beginning of the silence. All instants but `at` are on n8n's clock.
 */
export function quietReading(given: {
  readonly memo: Memo;
  readonly acceptedAt: Date;
  readonly now: Date;
  readonly at: Date;
  readonly executions: readonly N8nExecution[];
  /** n8n keeps a record of its executions. */
  readonly keeps: boolean;
}): Quiet {
  const { memo, acceptedAt, now } = given;
  const started = given.executions.filter(
    ({ startedAt }) => startedAt !== null && startedAt !== undefined && startedAt > acceptedAt,
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
  if (last && isOngoing(last, acceptedAt, now)) {
    proofs.push(proof('contradicts', `It was started again at ${shown(last)}.`));
    return { proofs, doubts: [] };
  }
  const quietSince = last ?? acceptedAt;
  proofs.push(
    given.keeps
      ? proof('agrees', `No execution started since ${shown(quietSince)}.`)
      : proof('silent', 'n8n keeps no record of its executions, so their absence proves nothing.'),
  );
  if (!memo.schedule || !memo.active) return { proofs, doubts: [] };
  if (!given.keeps) {
    const doubt =
      'A schedule starts it and n8n keeps no record of its executions, so nothing shows whether it fires.';
    return { proofs, doubts: [doubt] };
  }
  return { proofs, ...scheduled(memo.schedule, quietSince) };
}

function scheduled(
  schedule: NonNullable<Memo['schedule']>,
  quietSince: Date,
): Pick<Quiet, 'notBefore' | 'doubts'> {
  const fire = nextFire(schedule.rules, quietSince, schedule.zone);
  if (!fire) {
    return { doubts: ['The rule of its schedule cannot be read, so its next fire is not known.'] };
  }
  const { zone } = schedule;
  const why =
    fire.isExact && zone !== undefined
      ? `Its schedule would fire next at ${inZone(fire.at, zone)}.`
      : `Its schedule would fire by ${shown(fire.at)} at the latest` +
        `${zone === undefined ? '; n8n does not tell in which time zone it counts' : ''}.`;
  return { notBefore: { at: new Date(fire.at.getTime() + lateMs), why }, doubts: [] };
}

const startedByHand = new Set(['manual', 'retry', 'evaluation']);

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
