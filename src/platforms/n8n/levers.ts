import type { Json } from '../../domain/json.ts';
import { PlatformError } from '../../errors.ts';
import type { Accepted } from '../platform.ts';
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

/** Unpublishes a workflow and puts it away; publishing it is then refused. */
export async function archive(
  client: N8nClient,
  id: string,
  signal: AbortSignal,
): Promise<Accepted> {
  await client.archive(id, signal);
  return { at: client.api.now(), answer: 'accepted' };
}

/** Brings an archived workflow back, unpublished. */
export async function unarchive(
  client: N8nClient,
  id: string,
  signal: AbortSignal,
): Promise<Accepted> {
  const wasArchived = await client.unarchive(id, signal);
  return { at: client.api.now(), answer: wasArchived ? 'accepted' : 'already' };
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
  const version = memo.liveVersionId;
  const draft = now.versionId;
  await client.publish(
    id,
    { ...(version === null ? {} : { version }), ...(version === null || !draft ? {} : { draft }) },
    signal,
  );
  return { at: client.api.now(), answer: 'accepted' };
}

function isAsBefore(now: N8nWorkflow, memo: Memo): boolean {
  if (now.active !== memo.active) return false;
  return !memo.active || (liveVersionOf(now)?.versionId ?? null) === memo.liveVersionId;
}

function conflict(says: string): PlatformError {
  return new PlatformError('n8n', 'conflict', says);
}
