import { hasOthersYes } from '../domain/approval.ts';
import type { ItemKey } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { AloneShare } from '../domain/policy.ts';
import { isDrill, switchedOffBy } from '../domain/policy.ts';
import type { Query } from '../domain/query.ts';
import type { CommandContext } from './command.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const isActive: Query = { kind: 'flag', field: 'active', value: true };

/**
 * What this person has switched off, wholly or in part, within an hour on nobody else's yes, this plan aside; in drills for
 * a drill, else in earnest.
 */
export async function aloneLately(
  { store, caller, now }: CommandContext,
  plan: Plan,
): Promise<number> {
  const since = new Date(now().getTime() - hourMs);
  const started = await store.plans.startedBy(caller.person.id, since);
  const known = await store.connections.list();
  const isExercise = ({ connections }: Plan) =>
    isDrill(connections.flatMap(({ id }) => known.find((one) => one.id === id) ?? []));
  let workflows = 0;
  for (const one of started) {
    if (one.id === plan.id || isExercise(one) !== isExercise(plan)) continue;
    if (hasOthersYes(one, await store.plans.approvals(one.id))) continue;
    workflows += switchedOffBy(one);
  }
  return workflows;
}

/** How much of each connection of a containment would be off today on nobody else's yes. */
export async function aloneSharesOf(
  { store, now }: CommandContext,
  plan: Plan,
): Promise<readonly AloneShare[]> {
  if (!['contain', 'mute'].includes(plan.purpose)) return [];
  const since = new Date(now().getTime() - dayMs);
  const shares: AloneShare[] = [];
  for (const { id, name } of plan.connections) {
    const off = new Map<string, ItemKey>();
    // What another agreed to is no share of what was done alone, but was active there as well.
    const wereOn = new Map<string, ItemKey>();
    for (const one of [plan, ...(await store.plans.startedOn(id, since))]) {
      const isAlone = one.id === plan.id || !hasOthersYes(one, await store.plans.approvals(one.id));
      const there = one.targets.filter(({ connection, active }) => active && connection === id);
      for (const target of there) {
        const key = { connection: id, id: target.id };
        wereOn.set(keyText(key), key);
        if (isAlone) off.set(keyText(key), key);
      }
    }
    const count = async (which: Query) =>
      (await store.inventory.find({ kind: 'and', of: [which, isActive] }, { limit: 1 })).total;
    const on = await count({ kind: 'text', field: 'connection', value: name, wildcard: false });
    const stillOn = await count({ kind: 'items', items: [...wereOn.values()] });
    shares.push({ name, workflows: off.size, of: on + wereOn.size - stillOn });
  }
  return shares;
}
