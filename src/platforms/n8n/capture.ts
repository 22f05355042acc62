import { capturedGaps, capturedJson, notHad, orWhy } from '../captured.ts';
import { hashOf } from '../hash.ts';
import type { Captured } from '../platform.ts';
import type { N8nCredential, N8nExecution, N8nWorkflow } from './answers.ts';
import { largestPage } from './api.ts';
import type { N8nClient } from './client.ts';
import type { ExecutionsOfAll } from './executions-of-all.ts';

/** Bound on all that is collected of one workflow, in ms: containing does not wait for more. */
export const captureMs = 30_000;
/** Newest executions whose status and times are kept. */
const executionPages = 2;

/** Lists of everything that n8n has, which serve the evidence of many workflows. */
export type Shared = {
  readonly credentials: () => Promise<readonly N8nCredential[]>;
  readonly running: () => Promise<readonly N8nExecution[]>;
  readonly ended: ExecutionsOfAll;
};

/**
 * What unpublishing destroys, before it does: the live version with its publishing log, which n8n
 * drops at once, and draft, versions and executions as they stand.
 *
 * Never the payload of an execution. Pinned and static data are other people's data, so only their
 * hash is kept. What could not be had in time is named.
 *
 * @param shared what is asked for once for many workflows
 * @param read   the workflow, where it was read a moment ago: what was looked at is what is kept
 */
export async function capture(
  client: N8nClient,
  id: string,
  shared: Shared,
  signal: AbortSignal,
  read?: N8nWorkflow,
): Promise<readonly Captured[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(captureMs)]);
  const workflow = read ?? (await client.workflow(id, within));
  const [history, executions, known] = await Promise.all([
    orWhy(client.history(id, within), signal),
    orWhy(executionsOf(client, id, shared, within), signal),
    orWhy(shared.credentials(), signal),
  ]);
  const { activeVersion } = workflow;
  const log = activeVersion?.workflowPublishHistory;
  const gaps = [
    ...notHad('versions', history),
    ...notHad('executions', executions),
    ...notHad('credentials', known),
  ];
  return [
    capturedJson('draft.json', withoutData(workflow)),
    ...(activeVersion ? [capturedJson('live-version.json', activeVersion)] : []),
    ...(Array.isArray(log) ? [capturedJson('publish-history.json', log)] : []),
    ...('value' in history && history.value ? [capturedJson('history.json', history.value)] : []),
    ...('value' in executions ? [capturedJson('executions.json', executions.value)] : []),
    ...('value' in known
      ? [capturedJson('credentials.json', referenced(workflow, known.value))]
      : []),
    ...capturedGaps(gaps),
  ];
}

async function executionsOf(
  client: N8nClient,
  workflow: string,
  shared: Shared,
  signal: AbortSignal,
): Promise<readonly N8nExecution[]> {
  const ended = await shared.ended.of(workflow);
  if (ended) return ended.slice(0, executionPages * largestPage);
  let pages = 0;
  let isWhole = true;
  const [running, others] = await Promise.all([
    shared.running(),
    // Without a status n8n lists all but the running: also what waits.
    client.executions({ workflow }, signal, {
      until: (page) => {
        pages += 1;
        isWhole = page.length < largestPage;
        return pages >= executionPages;
      },
    }),
  ]);
  const waiting = isWhole ? [] : await olderWaiting(client, workflow, others.items, signal);
  const own = running.filter(({ workflowId }) => workflowId === workflow);
  return [...own, ...waiting, ...others.items];
}

/** What waits may have begun long before the newest executions, and is what a stop destroys. */
async function olderWaiting(
  client: N8nClient,
  workflow: string,
  listed: readonly N8nExecution[],
  signal: AbortSignal,
): Promise<readonly N8nExecution[]> {
  const known = new Set(listed.map(({ id }) => id));
  const { items } = await client.executions({ workflow, status: 'waiting' }, signal);
  return items.filter(({ id }) => !known.has(id));
}

function withoutData(workflow: N8nWorkflow): Record<string, unknown> {
  const { activeVersion: _live, ...draft } = workflow;
  return {
    ...draft,
    pinData: hashed(workflow['pinData']),
    staticData: hashed(workflow['staticData']),
  };
}

function hashed(value: unknown): unknown {
  return value === null || value === undefined ? null : { sha256: hashOf(value) };
}

/** Metadata of the credentials that draft or live version name; n8n sends no more of them. */
function referenced(
  workflow: N8nWorkflow,
  known: readonly N8nCredential[],
): readonly N8nCredential[] {
  const text = JSON.stringify([workflow.nodes, workflow.activeVersion?.nodes]);
  return known.filter(({ id }) => text.includes(JSON.stringify(id)));
}
