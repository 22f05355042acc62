import { promises as dns } from 'node:dns';
import type { ConnectionOptions } from 'node:tls';

import { isAllowedAddress } from '../../platforms/addresses.ts';
import { refusedAddress, transportError } from '../../platforms/transport-error.ts';

/**
 * Where to connect for a host name: an address that was looked at, so that nothing else is reached.
 *
 * Over the internet only with TLS and a certificate for that name; a host that an admin named as
 * private may do without.
 *
 * @throws PlatformError `blocked`, `unreachable`
 */
export async function guardedSocket(
  hostname: string,
  isPrivate: boolean,
): Promise<{ readonly host: string; readonly ssl: ConnectionOptions | false }> {
  const name = hostname.replace(/^\[|\]$/g, '');
  const found = await dns.lookup(name, { all: true, verbatim: true }).catch((error: unknown) => {
    throw transportError('postgres', error, { abandoned: false, late: false });
  });
  const reach = isPrivate ? 'private' : 'global';
  const [first] = found;
  if (!first || found.some(({ address }) => !isAllowedAddress(address, reach))) {
    const isOpenable =
      found.length > 0 && found.every(({ address }) => isAllowedAddress(address, 'private'));
    throw refusedAddress('postgres', isOpenable);
  }
  return { host: first.address, ssl: isPrivate ? false : { servername: name } };
}
