import type { Proof, Reading } from '../../domain/verification.ts';
import type { Check } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import type { FlowFile } from './flow-file.ts';
import { findMemo } from './memo.ts';
import { runningOf } from './runtime-probe.ts';

/**
 * Has what ran on these tabs ended? Node-RED keeps no list of executions. It closes every node of a
 * tab that is switched off: timers, held messages, child processes and connections end with them.
 */
export async function checkStopped(
  client: NodeRedClient,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  if (targets.length === 0) return [];
  const file = await client.flows(signal);
  return Promise.all(targets.map((target) => readOne(client, file, target, signal)));
}

async function readOne(
  client: NodeRedClient,
  file: FlowFile,
  { workflow, memo: recorded }: Check,
  signal: AbortSignal,
): Promise<Reading> {
  const tab = file.tab(workflow);
  const memo = findMemo(recorded);
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'runtime',
    finding,
    text,
    at: client.api.now(),
  });
  if (!tab || !memo) {
    const doubt = tab
      ? 'Nothing is recorded of its nodes, so they cannot be asked for.'
      : 'Node-RED no longer lists it: it was deleted.';
    return { workflow, proofs: [proof('silent', doubt)], doubts: [doubt] };
  }
  const ids = memo.starters.map(({ id }) => id);
  const running = await runningOf(client, ids, signal);
  const alive = ids.filter((id) => running.get(id) === true).length;
  const isTold = ids.every((id) => running.get(id) === false);
  const proofs = [
    ...(tab.isDisabled ? [] : [proof('contradicts', 'Its tab is enabled, so it may run.')]),
    ...(alive > 0 ? [proof('contradicts', `Node-RED still runs ${alive} of its nodes.`)] : []),
    ...(tab.isDisabled && isTold
      ? [proof('agrees', 'Node-RED has closed its nodes, and what ran in them ended with that.')]
      : []),
  ];
  return { workflow, proofs, doubts: doubtsOf(memo.goingOn, isTold) };
}

function doubtsOf(goingOn: readonly string[], isTold: boolean): readonly string[] {
  const shown = goingOn.slice(0, 5).map((name) => `“${name}”`);
  return [
    ...(shown.length > 0
      ? [
          `If ${shown.join(', ')} was in its loop, that goes on: closing a tab does not end code ` +
            'that waits. Restart Node-RED to be sure.',
        ]
      : []),
    ...(isTold
      ? []
      : [
          'Node-RED does not tell this user which nodes run (context.read), and lists no executions.',
        ]),
  ];
}
