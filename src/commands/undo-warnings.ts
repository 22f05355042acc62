import type { Hold } from '../domain/hold.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { mayBeDead } from '../domain/revocation.ts';
import { whatComesBack } from '../domain/undo.ts';
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
  const { staysOff, lost } = whatComesBack(undo.targets, {
    plan,
    actions: await store.plans.actions(plan.id),
    held: new Set(holds.map(({ key }) => keyText(key))),
    facts: await store.inventory.factsOf(undo.targets),
    revoked: (await store.revocations.ofIncident(incident.id)).filter(mayBeDead),
  });
  return [
    ...(suspects.length === 0 ? [] : [warned(`${listed(suspects)} may still open something.`)]),
    ...[...staysOff, ...lost].map(warned),
    ...(await holdBlocks(context, holds)),
  ];
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
