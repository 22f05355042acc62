import { notFinal } from '../domain/finality.ts';
import type { Incident } from '../domain/incident.ts';
import type { CommandContext } from './command.ts';

/** Credentials of the incident that may still open something, by name. */
export async function suspectsOf(
  { store }: CommandContext,
  incident: Incident,
): Promise<readonly string[]> {
  const [records, scope] = await Promise.all([
    store.revocations.ofIncident(incident.id),
    store.scope.of(incident.id),
  ]);
  return notFinal(
    incident,
    records,
    scope.filter(({ kind }) => kind === 'credential'),
  );
}
