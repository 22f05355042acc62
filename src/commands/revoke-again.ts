import { isUnfinished } from '../domain/plan-progress.ts';
import { planAgainLine } from '../domain/plan-words.ts';
import type { Plan } from '../domain/plan.ts';
import type { RevocationRecord } from '../domain/revocation.ts';
import type { CommandContext } from './command.ts';

/** The line that revokes once more what this plan was to revoke, while its provider accepts it. */
export async function revokeAgainLines(
  { store, now }: Pick<CommandContext, 'store' | 'now'>,
  plan: Plan,
): Promise<readonly string[]> {
  const [target] = plan.targets;
  if (plan.purpose !== 'revoke' || !target || plan.finishedAt === undefined) return [];
  const records = await store.revocations.ofIncident(plan.incident);
  const record = records.find(
    ({ connection, credential }) => connection === target.connection && credential === target.id,
  );
  const others = await store.plans.ofIncident(plan.incident);
  const isPlanned = others.some(
    (other) =>
      other.purpose === 'revoke' &&
      isUnfinished(other, now()) &&
      other.targets.some(
        ({ connection, id }) => connection === target.connection && id === target.id,
      ),
  );
  return isPlanned || !(record === undefined || isToBeRevoked(record)) ? [] : [planAgainLine(plan)];
}

/** True for what was asked for in vain: its provider said no, or was seen to accept it all the same. */
export function isToBeRevoked({ state, doneByHand }: RevocationRecord): boolean {
  return (state === 'failed' || state === 'still_accepted') && doneByHand === undefined;
}
