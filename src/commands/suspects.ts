import { blockedBy, notFinal } from '../domain/finality.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import { wasRun } from '../domain/plan-progress.ts';
import type { CommandContext } from './command.ts';
import { credentialsNamedBy } from './named-credentials.ts';

/** Credentials of the incident that may still open something, by name. */
export async function suspectsOf(
  context: CommandContext,
  incident: Incident,
): Promise<readonly string[]> {
  const { store } = context;
  const [records, scope, plans] = await Promise.all([
    store.revocations.ofIncident(incident.id),
    store.scope.of(incident.id),
    store.plans.ofIncident(incident.id),
  ]);
  const inScope = scope.filter(({ kind }) => kind === 'credential');
  const named = await credentialsNamedBy(
    context,
    plans.filter((plan) => plan.purpose === 'contain' && wasRun(plan)),
  );
  const suspects = [...inScope, ...blockedBy(plans), ...named];
  const distinct = new Map(suspects.toReversed().map((one) => [keyText(one.key), one]));
  return notFinal(incident, records, [...distinct.values()].toReversed());
}
