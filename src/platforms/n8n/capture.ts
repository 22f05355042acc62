import { PlatformError } from '../../errors.ts';
import { hashOf } from '../hash.ts';
import type { Captured } from '../platform.ts';
import type { N8nCredential, N8nExecution, N8nWorkflow } from './answers.ts';
import type { N8nClient } from './client.ts';

/** Bound on all that is collected of one workflow, in ms: containing does not wait for more. */
const captureMs = 30_000;
/** Newest executions whose status and times are kept. */
const executionPages = 2;

/**
 * What unpublishing destroys, before it does: the live version with its publishing log, which n8n
 * drops at once, and draft, versions and executions as they stand.
 *
 * Never the payload of an execution. Pinned and static data are other people's data, so only their
 * hash is kept. What could not be had in time is named in `capture.json`.
 *
 * @param credentials asked for once for many workflows
 */
export async function capture(
  client: N8nClient,
  id: string,
  credentials: () => Promise<readonly N8nCredential[]>,
  signal: AbortSignal,
): Promise<readonly Captured[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(captureMs)]);
  const workflow = await client.workflow(id, within);
  const [history, executions, known] = await Promise.all([
    orWhy(client.history(id, within), signal),
    orWhy(executionsOf(client, id, within), signal),
    orWhy(credentials(), signal),
  ]);
  const { activeVersion } = workflow;
  const log = activeVersion?.workflowPublishHistory;
  const missing = [
    ...missingPart('history.json', history),
    ...missingPart('executions.json', executions),
    ...missingPart('credentials.json', known),
  ];
  return [
    json('draft.json', withoutData(workflow)),
    ...(activeVersion ? [json('live-version.json', activeVersion)] : []),
    ...(Array.isArray(log) ? [json('publish-history.json', log)] : []),
    ...('value' in history && history.value ? [json('history.json', history.value)] : []),
    ...('value' in executions ? [json('executions.json', executions.value)] : []),
    ...('value' in known ? [json('credentials.json', referenced(workflow, known.value))] : []),
    ...(missing.length > 0 ? [json('capture.json', { missing })] : []),
  ];
}

type Part<T> = { readonly value: T } | { readonly why: string };

/** A part that cannot be had must not keep the others from being saved. */
async function orWhy<T>(part: Promise<T>, signal: AbortSignal): Promise<Part<T>> {
  try {
    return { value: await part };
  } catch (error) {
    if (!(error instanceof PlatformError) || signal.aborted) throw error;
    return { why: error.message };
  }
}

function missingPart(title: string, part: Part<unknown>): { title: string; why: string }[] {
  return 'why' in part ? [{ title, why: part.why }] : [];
}

async function executionsOf(
  client: N8nClient,
  workflow: string,
  signal: AbortSignal,
): Promise<readonly N8nExecution[]> {
  let pages = 0;
  const lists = await Promise.all([
    client.executions({ workflow, status: 'running' }, signal),
    client.executions({ workflow, status: 'waiting' }, signal),
    client.executions({ workflow }, signal, {
      until: () => {
        pages += 1;
        return pages >= executionPages;
      },
    }),
  ]);
  return lists.flatMap(({ items }) => items);
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

function json(title: string, value: unknown): Captured {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
  return { title, mediaType: 'application/json', bytes };
}
