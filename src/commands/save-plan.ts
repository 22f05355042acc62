import type { PlanChange } from '../domain/plan-change.ts';
import type { Replaced } from '../domain/plan-edit.ts';
import { inPlaceOf } from '../domain/plan-edit.ts';
import { assertFewWait } from '../domain/plan-progress.ts';
import type { Plan } from '../domain/plan.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';

/**
 * Refuses a plan that would wait for others beside too many of its requester's.
 *
 * @param replaced the plan that ends with this one: it waits no more
 * @throws UserError `conflict`
 */
export async function assertRoomToWait(
  { store, policy, now }: CommandContext,
  { approvalsNeeded, requestedBy }: Plan,
  replaced: Replaced | undefined,
): Promise<void> {
  if (approvalsNeeded === 0) return;
  const waiting = await store.plans.waitingOf(requestedBy);
  const left = waiting.filter(({ id }) => id !== replaced?.plan.id);
  assertFewWait(left, policy, now());
}

/** Stores a plan that was made, in the place of another one where it replaces that. */
export async function savePlan(
  context: CommandContext,
  { plan, change }: { readonly plan: Plan; readonly change: PlanChange },
  replaced: Replaced | undefined,
): Promise<Plan> {
  const whole = replaced ? inPlaceOf(change, replaced, deciderOf(context)) : change;
  const saved = await context.store.save(whole);
  return saved.plans[0] ?? plan;
}
