import type { Action } from '../domain/plan.ts';
import { PlatformError } from '../errors.ts';
import type { Drive } from './drive.ts';
import { lookAtBlocks } from './watch-blocks.ts';

/**
 * True when a credential differs from what was planned by nothing but a block of Firebreak's own: it
 * was blocked as it was planned here, and its platform lists no change after that.
 *
 * A block is quick and needs one person, a revocation a second one: people block while they look for
 * that one, and their plan must not be void by it.
 */
export async function isOnlyBlockedByUs(drive: Drive, action: Action): Promise<boolean> {
  const { context, platform, signal } = drive;
  const { store } = context;
  const planned = drive.targetOf(action)?.observedHash;
  const held = await store.watch.blocked(action.connection);
  const same = held.filter((block) => block.action.workflow === action.workflow);
  for (const block of same) {
    const plan = await store.plans.byId(block.plan.id);
    const target = plan?.targets.find(({ id }) => id === action.workflow);
    if (target?.observedHash !== planned) continue;
    try {
      const [reading] = await lookAtBlocks(platform, [block], signal);
      const proofs = reading?.proofs ?? [];
      return proofs.length > 0 && proofs.every(({ finding }) => finding === 'agrees');
    } catch (error) {
      if (!(error instanceof PlatformError) || signal.aborted) throw error;
      return false;
    }
  }
  return false;
}
