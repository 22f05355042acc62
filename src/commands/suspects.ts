import { blockedBy, notFinal } from '../domain/finality.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { CommandContext } from './command.ts';

/** Credentials of the incident that may still open something, by name. */
export async function suspectsOf(
  { store }: CommandContext,
  incident: Incident,
): Promise<readonly string[]> {
  const [records, scope, plans] = await Promise.all([
    store.revocations.ofIncident(incident.id),
    store.scope.of(incident.id),
    store.plans.ofIncident(incident.id),
  ]);
  const inScope = scope.filter(({ kind }) => kind === 'credential');
  const known = new Set(inScope.map(({ key }) => keyText(key)));
  const blocked = blockedBy(plans).filter(({ key }) => !known.has(keyText(key)));
  return notFinal(incident, records, [...inScope, ...blocked]);
}
