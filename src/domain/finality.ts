import type { Incident } from './incident.ts';
import type { ItemKey } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { Plan } from './plan.ts';
import type { RevocationRecord } from './revocation.ts';
import { isDead } from './revocation.ts';

/** A credential that the incident is about. */
export type SuspectCredential = { readonly key: ItemKey; readonly name: string };

/**
 * Credentials of an open incident that may still open something: whoever switches workflows on
 * again gives them back to whoever has stolen them.
 *
 * @param records what became of credentials in this incident
 * @param inScope the credentials that are in its scope
 */
export function notFinal(
  incident: Incident,
  records: readonly RevocationRecord[],
  inScope: readonly SuspectCredential[],
): readonly string[] {
  if (incident.closedAt !== undefined) return [];
  const known = new Map(
    records.map((record) => [
      keyText({ connection: record.connection, id: record.credential }),
      record,
    ]),
  );
  const open = records.filter((record) => !isFinalRevocation(record));
  const untouched = inScope.filter(({ key }) => !known.has(keyText(key)));
  return [
    ...open.map(({ ref, name }) => `${ref} “${name}”`),
    ...untouched.map(({ name }) => `“${name}”`),
  ];
}

/**
 * Credentials that are blocked because of an incident: each is suspected, until its provider refuses
 * it or it is unblocked, which is decided like any other way back.
 *
 * @param plans those of the incident
 */
export function blockedBy(plans: readonly Plan[]): readonly SuspectCredential[] {
  const run = plans
    .filter(({ startedAt }) => startedAt !== undefined)
    .toSorted((a, b) => (a.startedAt?.getTime() ?? 0) - (b.startedAt?.getTime() ?? 0));
  const blocked = new Map<string, SuspectCredential>();
  for (const { purpose, targets } of run) {
    for (const { connection, id, name } of targets) {
      const key = { connection, id };
      if (purpose === 'block') blocked.set(keyText(key), { key, name });
      if (purpose === 'unblock') blocked.delete(keyText(key));
    }
  }
  return [...blocked.values()];
}

/** True once its provider refuses it, or two persons say so: nothing it opened is open any more. */
export function isFinalRevocation(record: RevocationRecord): boolean {
  return isDead(record) || record.confirmedByHand !== undefined;
}
