import type { Json } from '../../domain/json.ts';
import { PlatformError } from '../../errors.ts';
import type { Accepted, Stopped } from '../platform.ts';
import type { N8nWorkflow } from './answers.ts';
import type { N8nClient } from './client.ts';
import { hashesOf, liveVersionOf } from './definition.ts';
import { checkedId } from './ids.ts';
import { readMemo } from './memo.ts';
import type { Memo } from './memo.ts';

/**
 * Switches a workflow off.
 *
 * @param wasSeenActive it was read as active a moment ago, so it need not be read again
 */
export async function disable(
  client: N8nClient,
  id: string,
  wasSeenActive: boolean,
  signal: AbortSignal,
): Promise<Accepted> {
  const isActive = wasSeenActive || (await client.workflow(id, signal)).active;
  // Also when it is off already: n8n may have lost the first try on its way to the trigger.
  await client.deactivate(id, signal);
  return { at: client.api.now(), answer: isActive ? 'accepted' : 'already' };
}

/** Stops everything of one workflow that has not ended. */
export async function stop(client: N8nClient, id: string, signal: AbortSignal): Promise<Stopped> {
  checkedId('workflow', id);
  const [running, waiting, queued] = await Promise.all(
    (['running', 'waiting', 'new'] as const).map(async (status) => {
      const { items } = await client.executions({ status, workflow: id }, signal);
      // The filter is n8n's; that it was applied is checked, because what is listed here is stopped.
      return items.filter((execution) => execution.workflowId === id).map((one) => one.id);
    }),
  );
  const ids = [running ?? [], waiting ?? [], queued ?? []].flat();
  const stopped = (await client.stopAll(id, signal)) ?? (await stopEach(client, ids, signal));
  const wereIdle = [...(waiting ?? []), ...(queued ?? [])];
  return { at: client.api.now(), stopped, wereRunning: running ?? [], wereIdle };
}

async function stopEach(
  client: N8nClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  let stopped = 0;
  for (const id of ids) if (await client.stopOne(id, signal)) stopped += 1;
  return stopped;
}

/** Puts a workflow back on, in the version that was live before. */
export async function enable(
  client: N8nClient,
  id: string,
  recorded: Json,
  signal: AbortSignal,
): Promise<Accepted> {
  checkedId('workflow', id);
  const memo = readMemo(recorded);
  const now = await client.workflow(id, signal);
  if (isAsBefore(now, memo)) return { at: client.api.now(), answer: 'already' };
  if (now.active) {
    throw conflict(
      memo.active
        ? 'Somebody published another version of it meanwhile, so it was left as it is.'
        : 'Somebody published it meanwhile; it was off before, so it was left as it is.',
    );
  }
  if (memo.liveVersionId === null && hashesOf(now).content !== memo.contentHash) {
    throw conflict(
      'This n8n keeps no versions and its content changed meanwhile. Put the saved ' +
        'definition from the evidence back by hand, then switch it on.',
    );
  }
  await client.publish(id, memo.liveVersionId ?? undefined, signal);
  return { at: client.api.now(), answer: 'accepted' };
}

function isAsBefore(now: N8nWorkflow, memo: Memo): boolean {
  if (now.active !== memo.active) return false;
  return !memo.active || (liveVersionOf(now)?.versionId ?? null) === memo.liveVersionId;
}

function conflict(says: string): PlatformError {
  return new PlatformError('n8n', 'conflict', says);
}
