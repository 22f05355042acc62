import type { Incident } from './incident.ts';
import type { ItemKey } from './inventory.ts';
import { keyText } from './inventory.ts';
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
  const open = records.filter((record) => !isFinalRecord(record));
  const untouched = inScope.filter(({ key }) => !known.has(keyText(key)));
  return [
    ...open.map(({ ref, name }) => `${ref} “${name}”`),
    ...untouched.map(({ name }) => `“${name}”`),
  ];
}

function isFinalRecord(record: RevocationRecord): boolean {
  return isDead(record) || record.confirmedByHand !== undefined;
}
