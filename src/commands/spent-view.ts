import type { CutOff } from '../domain/cut-off.ts';
import { cutOffOf } from '../domain/cut-off.ts';
import type { IncidentId } from '../domain/incident.ts';
import type { ItemKey } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import { wasRun } from '../domain/plan-progress.ts';
import type { Action, Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { isSpent, spentWords } from '../domain/spent.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';

/** How many of the lines are offered below an answer; all credentials are named in it. */
const offeredAtMost = 3;

/** A workflow for which all was tried, and the plan that tried it last. */
export type Spent = { readonly action: Action; readonly plan: Plan };

/**
 * By `keyText`, which of these go on although each lever for them was pulled in this incident, and
 * were not seen off since.
 */
export async function spentOf(
  { store, caller }: CommandContext,
  incident: IncidentId,
  keys: readonly ItemKey[],
): Promise<ReadonlyMap<string, Spent>> {
  const spent = new Map<string, Spent>();
  if (keys.length === 0) return spent;
  const tried = (await store.plans.ofIncident(incident)).filter(
    (plan) => plan.purpose === 'contain' && wasRun(plan) && mayHaveFallenBack(plan),
  );
  if (tried.length === 0) return spent;
  const last = await store.plans.lastVerdicts(keys, caller.person.id);
  const against = keys.map(keyText).filter((key) => last.get(key)?.state === 'contradicted');
  for (const plan of tried) {
    if (spent.size === against.length) break;
    for (const action of (await store.plans.actions(plan.id)).filter(isSpent)) {
      const key = keyText(keyOf(action));
      if (against.includes(key) && !spent.has(key)) spent.set(key, { action, plan });
    }
  }
  return spent;
}

function mayHaveFallenBack({ connections }: Plan): boolean {
  return connections.some(({ fallbacks = [] }) => fallbacks.length > 0);
}

/** The same of what this plan found on. */
export async function spentIn(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<ReadonlyMap<string, Spent>> {
  if (plan.purpose !== 'contain') return new Map();
  const on = actions.filter(({ lever, state }) => lever === 'disable' && state === 'contradicted');
  return await spentOf(context, plan.incident, on.map(keyOf));
}

/** What is left to try about these, with the names of where they are. */
export type LeftToTry = { readonly left: CutOff; readonly connections: readonly string[] };

/** What is left to try where each lever was pulled in vain; undefined where none is spent. */
export async function leftFor(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<LeftToTry | undefined> {
  const { store } = context;
  const spent = [...(await spentIn(context, plan, actions)).values()].map(({ action }) => action);
  const connections = await store.connections.list();
  const left = cutOffOf(spent, {
    facts: await store.inventory.factsOf(spent.map(keyOf)),
    credentials: spent.length === 0 ? [] : await store.inventory.credentials(),
    connections,
    plans: await store.plans.ofIncident(plan.incident),
  });
  const on = connections.filter(({ id }) => spent.some(({ connection }) => connection === id));
  return left && { left, connections: on.map(({ name }) => name) };
}

/** What is left to try, in words. */
export function leftBlocks(found: LeftToTry | undefined): readonly Block[] {
  return found === undefined ? [] : [warned(spentWords(found.left, found.connections))];
}

/** The lines that have not been tried yet. */
export function leftLines(found: LeftToTry | undefined): readonly string[] {
  if (found === undefined) return [];
  const freezes = found.connections.map((name) => `contain freeze ${name}`);
  return [...found.left.lines.slice(0, offeredAtMost), ...freezes];
}

function keyOf({ connection, workflow }: Action): ItemKey {
  return { connection, id: workflow };
}
