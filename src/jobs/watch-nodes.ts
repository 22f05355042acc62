import { nodesBack } from '../domain/nodes-back.ts';
import type { Reading } from '../domain/verification.ts';
import type { Held } from '../domain/watch.ts';
import { StaleError } from '../errors.ts';
import type { Platform } from '../platforms/platform.ts';
import type { JobContext } from './job.ts';
import { checkMuted } from './mute.ts';

/** What the platform shows of nodes that were switched off. */
export async function lookAtNodes(
  platform: Platform,
  muted: readonly Held[],
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  if (muted.length === 0) return [];
  return await checkMuted(
    { platform, signal },
    muted.map(({ action }) => action),
  );
}

/** Tells incidents which of these somebody switched on again, or something else took the place of. */
export async function tellNodes(
  { store, now }: JobContext,
  muted: readonly Held[],
  readings: readonly Reading[],
): Promise<void> {
  for (const [index, held] of muted.entries()) {
    const reading = readings[index];
    if (!reading || agreesAlone(reading)) continue;
    const whole = await store.plans.byId(held.plan.id);
    const told = whole && nodesBack(held, reading, { now: now(), whole });
    if (!told) continue;
    try {
      await store.save(told);
    } catch (error) {
      // Somebody takes it back, or verifies it again, just now.
      if (!(error instanceof StaleError)) throw error;
    }
  }
}

function agreesAlone({ proofs, doubts }: Reading): boolean {
  return doubts.length === 0 && proofs.every(({ finding }) => finding !== 'contradicts');
}
