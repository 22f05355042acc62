import type { Proof, Reading } from '../../domain/verification.ts';
import type { Check } from '../platform.ts';
import type { N8nExecution } from './answers.ts';
import type { N8nClient } from './client.ts';
import { canceledSince, unendedExecutions } from './look.ts';
import type { ByWorkflow } from './look.ts';
import { findMemo } from './memo.ts';

/**
 * How long a node may go on after its execution was stopped, in ms: an HTTP node sends all its
 * items, and nothing tells how many are left.
 */
const mayGoOnMs = 60 * 60_000;

/** Is nothing of these workflows running, waiting or queued, and can nothing have gone on unseen? */
export async function checkStopped(
  client: N8nClient,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  if (targets.length === 0) return [];
  const workflows = targets.map((target) => target.workflow);
  const [open, canceled] = await Promise.all([
    unendedExecutions(client, workflows, signal),
    canceledOf(client, targets, signal),
  ]);
  const at = client.api.now();
  return targets.map((target) => ({
    workflow: target.workflow,
    proofs: [sweepProof(open.get(target.workflow) ?? [], at)],
    doubts: finishingDoubts(target, canceled.get(target.workflow) ?? []),
  }));
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

/**
 * Who stopped it does not matter: an editor's stop button, a time-out, or a stop of ours of which a
 * crash took the record leave the same node going on.
 */
async function canceledOf(
  client: N8nClient,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<ByWorkflow> {
  const risky = targets.filter((target) => findMemo(target.memo)?.finishing.length !== 0);
  if (risky.length === 0) return new Map();
  const earliest = Math.min(...risky.map((target) => target.acceptedAt.getTime())) - mayGoOnMs;
  const since = client.api.onTheirClock(new Date(earliest));
  const workflows = risky.map((target) => target.workflow);
  return canceledSince(client, workflows, since, signal);
}

/** n8n calls an execution stopped while the node it is in may go on to its last item. */
function finishingDoubts(target: Check, canceled: readonly N8nExecution[]): readonly string[] {
  const finishing = findMemo(target.memo)?.finishing;
  if (finishing?.length === 0) return [];
  const idle = new Set(target.stopped?.wereIdle);
  const others = canceled.map((execution) => execution.id).filter((id) => !idle.has(id));
  const met = [...new Set([...(target.stopped?.wereRunning ?? []), ...others])];
  if (met.length === 0) return [];
  const executions =
    met.length === 1 ? `Execution ${met[0]} was` : `Executions ${met.slice(0, 5).join(', ')} were`;
  const nodes = finishing?.slice(0, 5).map((name) => `“${name}”`);
  const where = nodes ? `inside ${nodes.join(', ')}` : 'inside a node that goes on';
  return [
    `${executions} stopped while possibly ${where}: n8n lets a node finish all its items, ` +
      'and lists the execution as stopped meanwhile.',
  ];
}
