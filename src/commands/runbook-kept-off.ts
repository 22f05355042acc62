import type { Incident } from '../domain/incident.ts';
import type { ItemKey, Workflow } from '../domain/inventory.ts';
import { isOn, keyText } from '../domain/inventory.ts';
import type { Action, Plan } from '../domain/plan.ts';
import { onOrOff } from '../domain/runbook-input.ts';
import type { MadePlan } from '../domain/runbook-proof.ts';
import type { Walk } from '../domain/runbook-run.ts';
import type { Condition } from '../domain/runbook.ts';
import { stepCalled } from '../domain/runbook.ts';
import { disables } from '../domain/step-actions.ts';
import { counted, listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { plansOf } from './runbook-of.ts';
import { workflowsOf } from './runbook-workflows.ts';

/** Where a run stands, and in which incident. */
type Place = { readonly walk: Walk; readonly incident: Incident };

/** One workflow that a step is about, as a plan of its incident keeps it off. */
type Kept = { readonly plan: Plan; readonly action: Action; readonly workflow: Workflow };

/**
 * `8 workflows are off already, kept off by P-1`: what plans of this incident, whoever made them,
 * have switched off of what a step would disable. Undefined where they have nothing of it.
 */
export async function keptOffWords(
  context: CommandContext,
  place: Place,
  where: Condition,
): Promise<string | undefined> {
  const kept = (await keptOf(context, place, where)).filter(({ workflow }) => !isOn(workflow));
  if (kept.length === 0) return undefined;
  const count = new Set(kept.map(({ workflow }) => workflow.ref)).size;
  const plans = [...new Set(kept.map(({ plan }) => plan.name))];
  return `${counted(count, 'workflow')} ${count === 1 ? 'is' : 'are'} off already, kept off by ${listed(plans)}`;
}

/** True when nothing that a step would disable is on, because plans of this incident keep it off. */
export async function isKeptOff(
  context: CommandContext,
  place: Place,
  where: Condition,
): Promise<boolean> {
  const { hits } = await workflowsOf(context, place.walk, where);
  if (hits.some(({ workflow }) => isOn(workflow))) return false;
  return (await keptOffWords(context, place, where)) !== undefined;
}

/** What shows whether that which a run was to contain is contained. */
export type Containment = {
  /** The run's plans, and those of its incident that keep off what its steps were to disable. */
  readonly plans: readonly MadePlan[];
  /** The same, of other plans than the run's own with no more than the run is about. */
  readonly proof: readonly MadePlan[];
};

export async function containmentOf(context: CommandContext, place: Place): Promise<Containment> {
  const own = await plansOf(context, place.walk);
  const ownIds = new Set(own.map(({ plan }) => plan.id));
  const kept: Kept[] = [];
  for (const where of disablesOf(place.walk)) {
    kept.push(...(await keptOf(context, place, where)));
  }
  const keys = new Set(kept.map(({ action }) => keyText(keyOf(action))));
  const others: MadePlan[] = [];
  for (const plan of new Map(kept.map((one) => [one.plan.id, one.plan])).values()) {
    if (ownIds.has(plan.id)) continue;
    others.push({ plan, actions: await context.store.plans.actions(plan.id) });
  }
  const isMeant = (action: Action) => keys.has(keyText(keyOf(action)));
  const narrowed = others.map(({ plan, actions }) => ({ plan, actions: actions.filter(isMeant) }));
  return { plans: inOrder([...own, ...others]), proof: inOrder([...own, ...narrowed]) };
}

/** What the steps that a run has come to would disable, also those that were skipped. */
function disablesOf({ visits, runbook }: Walk): readonly Condition[] {
  return visits.flatMap(({ step }) => {
    const deed = stepCalled(runbook, step)?.deed;
    return deed?.where && disables(deed.action) ? [deed.where] : [];
  });
}

async function keptOf(
  context: CommandContext,
  { walk, incident }: Place,
  where: Condition,
): Promise<readonly Kept[]> {
  const off = await offBy(context, incident);
  if (off.length === 0) return [];
  const { hits } = await workflowsOf(context, walk, onOrOff(where));
  const meant = new Map(hits.map(({ workflow }) => [keyText(workflow), workflow]));
  return off.flatMap((one) => {
    const workflow = meant.get(keyText(keyOf(one.action)));
    return workflow ? [{ ...one, workflow }] : [];
  });
}

/** What plans of an incident keep off, also while that is being looked at once more. */
async function offBy({ store }: CommandContext, incident: Incident) {
  const held = new Set((await store.watch.held()).map(({ action }) => action.id));
  const plans = (await store.plans.ofIncident(incident.id)).filter(
    ({ purpose, startedAt }) => purpose === 'contain' && startedAt !== undefined,
  );
  const kept = await Promise.all(
    plans.toReversed().map(async (plan) => {
      const actions = await store.plans.actions(plan.id);
      return actions
        .filter((action) => held.has(action.id) || isBeingVerified(action))
        .map((action) => ({ plan, action }));
    }),
  );
  return kept.flat();
}

function isBeingVerified({ lever, state }: Action): boolean {
  return lever === 'disable' && (state === 'accepted' || state === 'pending');
}

function keyOf({ connection, workflow }: Action): ItemKey {
  return { connection, id: workflow };
}

function inOrder(plans: readonly MadePlan[]): readonly MadePlan[] {
  return plans.toSorted((a, b) => a.plan.createdAt.getTime() - b.plan.createdAt.getTime());
}
