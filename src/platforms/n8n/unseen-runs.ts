import { listed } from '../../domain/wording.ts';
import type { Check } from '../platform.ts';
import type { N8nClient } from './client.ts';
import { lookAtWorkflows } from './look.ts';
import { findMemo } from './memo.ts';
import { seesKept } from './runs-since.ts';

/**
 * Whether n8n was seen to keep what met a time limit, which it does as with failures. Asked for only
 * where one of these has a limit and leaves the rest to n8n's default.
 */
export async function areFailuresKept(
  client: N8nClient,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<boolean> {
  const isAsked = targets.some(({ memo }) => {
    const found = findMemo(memo);
    return found?.timeLimit !== undefined && found.savesFailures === 'by_default';
  });
  if (!isAsked) return true;
  const { workflows } = await lookAtWorkflows(client, signal);
  return seesKept(client, workflows, 'error', signal);
}

/**
 * Why something of it may run although n8n lists nothing.
 *
 * n8n 2.40.7 ends an execution at its time limit as it does at a stop: a node in the middle of its items
 * sends them all, 80 s of calls were seen. Where failures are not kept the record is gone as well. And
 * a workflow that is given to a node is listed under the id that stands in it.
 */
export function unseenDoubts({ memo }: Check, failuresAreKept: boolean): readonly string[] {
  const found = findMemo(memo);
  if (!found) return [];
  const { finishing, inline = [], savesFailures, timeLimit } = found;
  const doubts: string[] = [];
  if (finishing.length > 0 && savesFailures === 'no') {
    doubts.push(
      'n8n keeps no record of its failed executions, so one that met a time limit may go on ' +
        `${inside(finishing)} and is not listed. A restart of n8n ends it.`,
    );
  } else if (finishing.length > 0 && timeLimit !== undefined && !failuresAreKept) {
    doubts.push(
      `It has a time limit of ${timeLimit} s, and it was not seen that n8n keeps a record of what ` +
        `fails: one that met it may go on ${inside(finishing)} and is not listed. A restart of n8n ends it.`,
    );
  }
  if (inline.length > 0) {
    doubts.push(
      `${listed(inline.map((name) => `“${name}”`))} starts a workflow that is given to it and does not wait: ` +
        'n8n may list what runs of that as another workflow. A restart of n8n ends it.',
    );
  }
  return doubts;
}

function inside(nodes: readonly string[]): string {
  return `inside ${listed(nodes.map((name) => `“${name}”`))}`;
}
