import { UserError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import { targetNoun } from './plan-words.ts';
import type { Plan } from './plan.ts';

/**
 * Ends every plan that waits, of whatever incident, and touches a connection that is frozen: what
 * was thought of before the emergency is thought of anew after it.
 *
 * The events do not name the incident of the freeze: it may be private.
 *
 * @param waiting plans that are proposed or approved
 * @param except the plan of the freeze itself
 */
export function denyForFreeze(
  waiting: readonly Plan[],
  connection: Pick<Connection, 'id' | 'name'>,
  by: Decider,
  except?: string,
): Pick<PlanChange, 'plans' | 'events'> {
  const ended = waiting.filter(
    (plan) =>
      plan.id !== except &&
      targetNoun(plan) === 'workflow' &&
      plan.connections.some(({ id }) => id === connection.id),
  );
  const why = `${connection.name} is being frozen.`;
  return {
    plans: ended.map((plan) => ({ ...plan, state: 'denied', stateReason: why })),
    events: ended.map((plan) =>
      planEvent(plan, by, {
        kind: 'plan_denied',
        text: `${plan.name} denied; nothing was done. ${why}`,
        data: { digest: plan.digest, reason: why },
      }),
    ),
  };
}

/**
 * Refuses to switch on what a freeze keeps off as a whole, but for the thaw itself.
 *
 * @param freezes plans that keep a connection frozen
 * @throws UserError `conflict`
 */
export function assertNotFrozen(
  plan: Pick<Plan, 'id' | 'name' | 'connections'>,
  freezes: readonly Plan[],
): void {
  const frozen = plan.connections.find(({ id }) =>
    freezes.some((freeze) => freeze.freezes === id && freeze.id !== plan.id),
  );
  if (frozen === undefined) return;
  throw new UserError(
    'conflict',
    `${frozen.name} is frozen, so nothing on it is switched on again.`,
    { hint: `\`contain thaw ${frozen.name}\` first.` },
  );
}
