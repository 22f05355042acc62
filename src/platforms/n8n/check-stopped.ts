import type { Proof, Reading } from '../../domain/verification.ts';
import { shownInstant } from '../../domain/watch.ts';
import { counted, listed } from '../../domain/wording.ts';
import type { Check, EarlierStop } from '../platform.ts';
import type { N8nExecution } from './answers.ts';
import type { N8nClient } from './client.ts';
import { canceledSince, unendedExecutions } from './look.ts';
import type { ByWorkflow, Swept } from './look.ts';
import { findMemo } from './memo.ts';
import { areFailuresKept, unseenDoubts } from './unseen-runs.ts';

/** So many executions stopped before are told of one by one; the rest are counted. */
const maxShown = 5;
/**
 * How long a node may go on after its execution was stopped, in ms: an HTTP node sends all its
 * items, and nothing tells how many are left. What sends none has its few minutes for each node.
 */
const mayGoOnMs = 60 * 60_000;
/**
 * What was stopped so short a time before ours was asked for counts as stopped by it, in ms: people
 * press the editor's stop button first. What was stopped earlier is told, and doubted no more.
 */
const justBeforeMs = 5 * 60_000;

/** What began so little before the stop may as well have begun after it, by a clock not ours; in ms. */
const sameClockMs = 2_000;

/**
 * Is nothing of these workflows running, waiting or queued, and can nothing have gone on unseen?
 *
 * @param swept a sweep of a moment ago that need not be made again, if it was after all of these stops
 */
export async function checkStopped(
  client: N8nClient,
  targets: readonly Check[],
  signal: AbortSignal,
  swept: Swept,
): Promise<readonly Reading[]> {
  if (targets.length === 0) return [];
  const workflows = targets.map((target) => target.workflow);
  const stopped = new Date(Math.max(...targets.map(({ acceptedAt }) => acceptedAt.getTime())));
  const known = swept.take(stopped, client.api.now());
  const [open, canceled, failuresAreKept] = await Promise.all([
    known?.executions ?? unendedExecutions(client, workflows, signal),
    canceledOf(client, targets, signal),
    areFailuresKept(client, targets, signal),
  ]);
  const at = known?.at ?? client.api.now();
  return targets.map((target) => {
    const ended = (canceled.get(target.workflow) ?? []).filter(
      (one) => !wasAsleepBefore(client, target, one),
    );
    const [ours, earlier] = byCause(client, target, ended);
    const queued = cameOutOfQueue(client, target, ours);
    return {
      workflow: target.workflow,
      proofs: [
        sweepProof(open.get(target.workflow) ?? [], at),
        ...earlier.slice(0, maxShown).map((execution) => earlierProof(execution, at)),
        ...restProof(earlier.length - maxShown, at),
        ...queued.proofs,
      ],
      doubts: [
        ...finishingDoubts(client, target, ours),
        ...unseenDoubts(target, failuresAreKept),
        ...queued.doubts,
      ],
    };
  });
}

/**
 * What this stop may have ended, and what had been stopped before it.
 *
 * The journal's time is the border, not the platform's answer: a crash may have taken the record of
 * a stop that was made.
 */
function byCause(
  { api }: N8nClient,
  target: Check,
  canceled: readonly N8nExecution[],
): readonly [readonly N8nExecution[], readonly N8nExecution[]] {
  const asked = api.onTheirClock(askedAt(target)).getTime() - justBeforeMs;
  const { ours = [], earlier = [] } = Object.groupBy(canceled, ({ stoppedAt }) =>
    stoppedAt && stoppedAt.getTime() < asked ? 'earlier' : 'ours',
  );
  return [ours, earlier];
}

function askedAt({ requestedAt, acceptedAt }: Check): Date {
  return requestedAt ?? acceptedAt;
}

/** Said, and held against nothing: it is no work of this stop. */
function earlierProof({ id, stoppedAt }: N8nExecution, at: Date): Proof {
  const when = stoppedAt?.toISOString().slice(0, 19).replace('T', ' ');
  const text =
    `Execution ${id} had been stopped before, at ${when} UTC; ` +
    'n8n lets a node finish all its items, so it may have gone on since.';
  return { method: 'executions', finding: 'silent', text, at };
}

function restProof(count: number, at: Date): readonly Proof[] {
  if (count <= 0) return [];
  const text = `${counted(count, 'more execution')} had been stopped before it.`;
  return [{ method: 'executions', finding: 'silent', text, at }];
}

function sweepProof(open: readonly N8nExecution[], at: Date): Proof {
  if (open.length === 0) {
    const text = 'n8n lists no running, waiting or queued execution of it.';
    return { method: 'sweep', finding: 'agrees', text, at };
  }
  const counts = Object.entries(Object.groupBy(open, ({ status }) => status)).map(
    ([status, some]) => `${some?.length ?? 0} ${status === 'new' ? 'queued' : status}`,
  );
  const text = `n8n lists executions of it that have not ended: ${counts.join(', ')}.`;
  return { method: 'sweep', finding: 'contradicts', text, at };
}

/** Executions of workflows with nodes that may go on, stopped within the last hour by whomever. */
async function canceledOf(
  client: N8nClient,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<ByWorkflow> {
  const risky = targets.filter(({ memo }) => {
    const found = findMemo(memo);
    return found?.finishing.length !== 0 || found.codeNodes?.length !== 0;
  });
  if (risky.length === 0) return new Map();
  const earliest = Math.min(...risky.map((target) => askedAt(target).getTime())) - mayGoOnMs;
  const since = client.api.onTheirClock(new Date(earliest));
  const workflows = risky.map((target) => target.workflow);
  return canceledSince(client, workflows, since, signal);
}

/** n8n calls an execution stopped while the node it is in may go on to its last item. */
function finishingDoubts(
  client: N8nClient,
  target: Check,
  canceled: readonly N8nExecution[],
): readonly string[] {
  const finishing = findMemo(target.memo)?.finishing;
  if (finishing?.length === 0) return [];
  const others = canceled.filter((one) => !wasIdle(client, target, one)).map(({ id }) => id);
  const met = [...new Set([...(target.stopped?.wereRunning ?? []), ...others])];
  if (met.length === 0) return [];
  const executions = met.length === 1 ? `Execution ${met[0]} was` : `${executionsOf(met)} were`;
  const where = finishing
    ? `inside ${listed(finishing.map((name) => `“${name}”`))}`
    : 'inside a node that goes on';
  return [
    `${executions} stopped while possibly ${where}: n8n lets a node finish all its items, ` +
      'and lists the execution as stopped meanwhile. A restart of n8n ends it.',
  ];
}

/**
 * n8n 2.40.7 lists as stopped what had just come out of its queue, and runs it to the end all the
 * same, also nodes that a stop ends otherwise: calls were seen 20 s after the last sweep. What n8n
 * lists of it never changes after that, so only time tells that it is over.
 */
function cameOutOfQueue(
  { api }: N8nClient,
  target: Check,
  canceled: readonly N8nExecution[],
): Pick<Reading, 'proofs' | 'doubts'> {
  const found = findMemo(target.memo);
  if (found?.finishing.length !== 0 || found.codeNodes?.length === 0) return nothing;
  const asked = api.onTheirClock(askedAt(target));
  const queued = target.stopped?.wereQueued ?? [];
  const began = canceled.flatMap(({ id, startedAt }) =>
    startedAt && (queued.includes(id) || startedAt >= asked) ? [{ id, startedAt }] : [],
  );
  if (began.length === 0) return nothing;
  const ids = began.map(({ id }) => id);
  const executions = ids.length === 1 ? `Execution ${ids[0]}` : executionsOf(ids);
  const what = `${executions} began while n8n’s queue was being emptied`;
  const last = Math.max(...began.map(({ startedAt }) => startedAt.getTime()));
  const aheadMs = api.onTheirClock(new Date(0)).getTime();
  const overAt = new Date(last + mayGoOnMs - aheadMs);
  const at = api.now();
  if (at >= overAt) {
    const text = `${what}, more than an hour ago, so what n8n still ran of it is over.`;
    return { proofs: [{ method: 'executions', finding: 'silent', text, at }], doubts: [] };
  }
  const doubt =
    `${what}: what comes out of it then n8n lists as stopped, and may run to the end. ` +
    `A restart of n8n ends it; verified after ${shownInstant(overAt)}, it counts as over.`;
  return { proofs: [], doubts: [doubt] };
}

const nothing = { proofs: [], doubts: [] } as const;

function executionsOf(ids: readonly string[]): string {
  return `Executions ${listed(ids.toSorted((one, other) => Number(one) - Number(other)))}`;
}

/**
 * True of what was inside no node when it was stopped: never begun, or asleep.
 *
 * n8n 2.40.7 lists as stopped what had just come out of its queue, and runs it to the end all the
 * same. So of what the stop met waiting or queued, only what began before it can have been asleep.
 */
function wasIdle(client: N8nClient, target: Check, execution: N8nExecution): boolean {
  if (!execution.startedAt) return true;
  const { wereIdle = [] } = target.stopped ?? {};
  return wasAsleep(client, { wereIdle, askedAt: askedAt(target) }, execution);
}

/** The same of what a stop of an earlier plan met, and ended: it does not go on by another one. */
function wasAsleepBefore(client: N8nClient, target: Check, execution: N8nExecution): boolean {
  return target.earlierStops?.some((stop) => wasAsleep(client, stop, execution)) === true;
}

function wasAsleep(
  { api }: N8nClient,
  stop: EarlierStop,
  { id, startedAt }: N8nExecution,
): boolean {
  if (!startedAt) return false;
  const asked = api.onTheirClock(stop.askedAt).getTime() - sameClockMs;
  return stop.wereIdle.includes(id) && startedAt.getTime() < asked;
}
