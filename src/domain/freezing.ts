import { UserError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Workflow } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import { targetNoun } from './plan-words.ts';
import type { Plan } from './plan.ts';
import type { Query } from './query.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { listed } from './wording.ts';

/**
 * Ends every plan for workflows that waits, of whatever incident, and touches a connection that is
 * frozen: what was thought of before the emergency is thought of anew after it. What is to be done
 * to credentials and users waits on.
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
      ['workflow', 'part'].includes(targetNoun(plan)) &&
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

/** All that is listed as on at a connection. */
export function activeOn({ name }: Pick<Connection, 'name'>): Query {
  return {
    kind: 'and',
    of: [
      { kind: 'text', field: 'connection', value: name, wildcard: false },
      { kind: 'flag', field: 'active', value: true },
    ],
  };
}

/** So many are named, with who touched each last. */
const namedAtMost = 10;

/**
 * What an incident is told when a look at its frozen connection finds on what was not on at the look
 * before, and what the freeze itself does not hold: that is under watch by its own.
 *
 * @param before `keyText` of what was on
 */
export function cameOnWhileFrozen(
  freeze: Plan,
  before: ReadonlySet<string>,
  on: readonly Workflow[],
  now: Date,
): NewTimelineEvent | undefined {
  const held = new Set(freeze.targets.map(keyText));
  const news = on.filter((one) => !before.has(keyText(one)) && !held.has(keyText(one)));
  const [first] = news;
  if (first === undefined) return undefined;
  const names = news.map(
    ({ ref, name, changedBy }) =>
      `${ref} “${name}”${changedBy === undefined ? '' : ` (last changed by ${changedBy})`}`,
  );
  const refs = news.map(({ ref }) => ref);
  const next = `contain plan ${refs.slice(0, namedAtMost).join(' ')}`;
  return {
    chain: freeze.incident,
    kind: 'on_while_frozen',
    actor: { kind: 'firebreak' },
    source: 'job',
    occurredAt: now,
    text: `${freeze.name}: ${first.connectionName} is frozen, and ${listed(names, namedAtMost)} came on there. Next: \`${next}\`.`,
    data: { plans: [freeze.name], connection: first.connection, refs, next },
  };
}
