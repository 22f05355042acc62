import type { Proof, Reading } from '../../domain/verification.ts';
import { listed } from '../../domain/wording.ts';
import type { Check } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import type { FlowFile } from './flow-file.ts';
import type { Memo } from './memo.ts';
import { findMemo } from './memo.ts';
import { runningOf } from './runtime-probe.ts';

/**
 * Has what ran on these tabs ended? Node-RED keeps no list of executions. It closes every node of a
 * tab that is switched off: timers, held messages and connections end with them. Processes that they
 * started, code that waits and nodes of other modules may go on.
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
      ? [proof('agrees', isEnded(memo) ? endedWords : 'Node-RED has closed its nodes.')]
      : []),
  ];
  return { workflow, proofs, doubts: doubtsOf(memo, isTold) };
}

const endedWords = 'Node-RED has closed its nodes, and what ran in them ended with that.';

function isEnded({ goingOn, processes = [], foreign = [] }: Memo): boolean {
  return goingOn.length + processes.length + foreign.length === 0;
}

function doubtsOf({ goingOn, processes = [], foreign = [] }: Memo, isTold: boolean): string[] {
  return [
    ...(goingOn.length > 0
      ? [
          `What ${named(goingOn)} began may go on: its code waits, has modules of its own, or cannot be ` +
            'followed to its end, and closing a tab does not end all of that. Restart Node-RED to be sure.',
        ]
      : []),
    ...(processes.length > 0
      ? [
          `A command that ${named(processes)} started may go on: Node-RED ends its shell, not what ` +
            'that started. Look for it on the host and end it there.',
        ]
      : []),
    ...(foreign.length > 0
      ? [
          `${named(foreign)}: not of Node-RED's own, so nobody knows what goes on in it once it is ` +
            'closed. Restart Node-RED to be sure.',
        ]
      : []),
    ...(isTold
      ? []
      : [
          'Node-RED does not tell this user which nodes run (context.read), and lists no executions.',
        ]),
  ];
}

function named(names: readonly string[]): string {
  return listed(names.map((name) => `“${name}”`));
}
