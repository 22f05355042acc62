import { promises as dns } from 'node:dns';
import type { ConnectionOptions } from 'node:tls';

import { isAllowedAddress } from '../../platforms/addresses.ts';
import { refusedAddress, transportError } from '../../platforms/transport-error.ts';

/** Where a server is, and what may be said to it. */
export type GuardedSocket = {
  /** An address that was looked at, so that nothing else is reached. */
  readonly host: string;
  /** How to sign in, the best way first; the next one only where the server has no TLS. */
  readonly tls: readonly (ConnectionOptions | false)[];
};

/**
 * Where to connect for a host name.
 *
 * Over the internet only with TLS and a certificate for that name. In a private network, where
 * certificates are mostly a server's own, with any, and without TLS only where the server has none.
 *
 * @throws PlatformError `blocked`, `unreachable`
 */
export async function guardedSocket(hostname: string, isPrivate: boolean): Promise<GuardedSocket> {
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
  const tls = isPrivate ? [{ rejectUnauthorized: false }, false as const] : [{ servername: name }];
  return { host: first.address, tls };
}
