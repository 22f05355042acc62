import type { Hold } from '../domain/hold.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Action, Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { mayBeDead } from '../domain/revocation.ts';
import { offBecauseOfUs, whatComesBack } from '../domain/undo.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { said, warned } from './incident-view.ts';
import { suspectsOf } from './suspects.ts';

/** What somebody who is to say yes to an undo must know of it, as things stand now; else nothing. */
export async function undoWarnings(
  context: CommandContext,
  undo: Plan,
  incident: Incident,
): Promise<readonly Block[]> {
  const { store } = context;
  if (undo.purpose !== 'undo' || undo.undoes === undefined) return [];
  const plan = await store.plans.byId(undo.undoes);
  if (!plan) return [];
  const holds = await store.plans.othersHolding(plan.id);
  const suspects = await suspectsOf(context, incident);
  const actions = await store.plans.actions(plan.id);
  const { staysOff, lost } = whatComesBack(undo.targets, {
    plan,
    actions,
    held: new Set(holds.map(({ key }) => keyText(key))),
    facts: await store.inventory.factsOf(undo.targets),
    revoked: (await store.revocations.ofIncident(incident.id)).filter(mayBeDead),
  });
  return [
    ...(suspects.length === 0 ? [] : [warned(`${listed(suspects)} may still open something.`)]),
    ...[...leftOut(undo, plan, actions), ...staysOff, ...lost].map(warned),
    ...(await holdBlocks(context, holds)),
  ];
}

/** What the plan switched off and the undo does not switch on: others were named, or it is convicted. */
function leftOut(undo: Plan, plan: Plan, actions: readonly Action[]): readonly string[] {
  const comes = new Set(undo.targets.map(keyText));
  const off = offBecauseOfUs({ plan, actions }).filter(({ active }) => active);
  const refs = off.filter((target) => !comes.has(keyText(target))).map(({ ref }) => ref);
  if (refs.length === 0) return [];
  const [stay, them] = refs.length === 1 ? ['stays', 'it'] : ['stay', 'them'];
  return [`${listed(refs, 20)} ${stay} off: ${undo.name} leaves ${them} out.`];
}

/** Names what keeps workflows off, of open incidents only: everyone in the room reads this. */
export async function holdBlocks(
  { store, caller }: CommandContext,
  holds: readonly Hold[],
): Promise<readonly Block[]> {
  const named = new Set<string>();
  for (const [id, own] of Map.groupBy(holds, ({ incident }) => incident)) {
    const incident = await store.incidents.byId(id, caller.person.id);
    if (incident?.visibility !== 'open') continue;
    for (const { plan } of own) named.add(`${plan} of ${incident.name}`);
  }
  return named.size === 0 ? [] : [said(`What else keeps workflows off: ${listed([...named])}.`)];
}
