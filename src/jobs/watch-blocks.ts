import { blockLifted } from '../domain/block-lifted.ts';
import type { HeldBlock } from '../domain/watch.ts';
import { byTarget } from '../domain/watch.ts';
import { StaleError } from '../errors.ts';
import type { CredentialCheck, CredentialReading, Platform } from '../platforms/platform.ts';
import { locksCredentials } from '../platforms/platform.ts';
import type { JobContext } from './job.ts';
import { revocableOf } from './revocable.ts';

/** What the platform shows of each blocked credential; nothing where it no longer can. */
export async function lookAtBlocks(
  platform: Platform,
  blocks: readonly HeldBlock[],
  signal: AbortSignal,
): Promise<readonly CredentialReading[]> {
  if (blocks.length === 0 || !locksCredentials(platform)) return [];
  return await platform.checkCredentials(blocks.map(checkOf), signal);
}

function checkOf({ action, changedByUsAt }: HeldBlock): CredentialCheck {
  return {
    id: action.workflow,
    type: revocableOf(action).type,
    lever: 'block',
    hosts: [],
    requestedAt: action.requestedAt ?? changedByUsAt,
    acceptedAt: changedByUsAt,
  };
}

/** Tells incidents which of these credentials somebody made usable again, or changed. */
export async function tellBlocks(
  { store, now }: JobContext,
  blocks: readonly HeldBlock[],
  readings: readonly CredentialReading[],
): Promise<void> {
  const readingOf = new Map(blocks.map((block, index) => [block.action.id, readings[index]]));
  for (const held of byTarget(blocks)) {
    const reading = readingOf.get(held[0]?.action.id ?? '');
    const told = reading && blockLifted(held, reading, now());
    if (!told) continue;
    try {
      await store.save(told);
    } catch (error) {
      // Somebody unblocks it, or verifies it again, just now.
      if (!(error instanceof StaleError)) throw error;
    }
  }
}
