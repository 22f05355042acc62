import { UserError } from '../errors.ts';
import type { Connection } from './connection.ts';

/** The whole line with which an admin enters the secret of a connection again, in a shell. */
export function connectLine(
  connection: Pick<
    Connection,
    'kind' | 'name' | 'baseUrl' | 'privateHostAllowed' | 'environment' | 'capabilities'
  >,
): string {
  const { kind, name, baseUrl, privateHostAllowed, environment, capabilities } = connection;
  // A sandbox is a drill unless it is said to be more, anything else is production.
  const usual = kind === 'sandbox' ? 'drill' : 'production';
  return [
    `firebreak connect ${kind} --name ${name} --url ${quoted(baseUrl)}`,
    ...(environment === usual ? [] : [`--environment ${environment}`]),
    ...(privateHostAllowed && kind !== 'sandbox' ? ['--allow-private'] : []),
    // Key and session are entered together: without it, the session that there was is gone.
    ...(capabilities.publicationStatus === undefined ? [] : ['--session-file -']),
  ].join(' ');
}

/** @throws UserError `not_ready` when its secret was dropped, with the line that enters another */
export function assertHasKey(connection: Connection): void {
  if (connection.hasSecret) return;
  throw new UserError(
    'not_ready',
    `${connection.name} has no key any more, because its address changed.`,
    { hint: `An admin enters it again: \`${connectLine(connection)}\`.` },
  );
}

/** Whether this n8n does not tell what its key may do: then no other key changes what is known. */
export function tellsNoPermissions({
  kind,
  version,
}: Pick<Connection, 'kind' | 'version'>): boolean {
  return kind === 'n8n' && version?.startsWith('older than') === true;
}

function quoted(url: string): string {
  return /^[\w.:/%~+@[\]-]+$/.test(url) ? url : `'${url.replaceAll("'", '%27')}'`;
}
