import { UserError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { assertHasKey } from './enter-again.ts';
import type { Incident } from './incident.ts';
import { listed } from './wording.ts';

/** @throws UserError `conflict` for a drill on production */
export function assertMayTouch(connection: Connection, incident: Incident): void {
  if (!incident.drill || connection.environment === 'drill') return;
  throw new UserError(
    'conflict',
    `${incident.name} is a drill, and ${connection.name} is a production connection: a drill never touches one.`,
    { hint: 'Declare a real incident, or narrow the query with `environment:drill`.' },
  );
}

/**
 * @param elseArchive what does not go off is archived, which alone contains it as well
 * @throws UserError `not_ready` naming what the connection lacks, `conflict` for a drill on production
 */
export function assertCanAct(
  connection: Connection,
  incident: Incident,
  { elseArchive = false }: { readonly elseArchive?: boolean } = {},
): void {
  assertMayTouch(connection, incident);
  assertHasKey(connection);
  const { disable, archive } = connection.capabilities;
  if (disable === 'none' && !(elseArchive && archive === true)) {
    // A connection that was made before this was told has only the list of all that it lacks.
    const needed = connection.capabilities.disableLacks ?? connection.missing;
    const lacks = needed.length === 0 ? '' : `: it lacks ${listed(needed)}`;
    throw new UserError(
      'not_ready',
      `The key of ${connection.name} cannot switch workflows off${lacks}.`,
      {
        hint:
          'Give the key that permission on the platform, or disable by hand.' +
          (archive ? ' It can archive them: plan it with `else:archive`.' : ''),
      },
    );
  }
}

/** @throws UserError `not_ready` when it can bring nothing back, `conflict` for a drill on production */
export function assertCanSwitchOn(connection: Connection, incident: Incident): void {
  assertMayTouch(connection, incident);
  assertHasKey(connection);
  if (connection.capabilities.enable) return;
  throw new UserError('not_ready', `The key of ${connection.name} cannot switch workflows on.`, {
    hint: 'Give the key that permission on the platform, then `scope sync`; or switch them on by hand.',
  });
}
