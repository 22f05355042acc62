import pg from 'pg';

import type { Secret } from '../domain/secret.ts';

/** Settings of encryption name no other database; reading them looks for files, or warns. */
const encryption = /(?<=[?&])ssl[a-z]*=[^&]*/g;

/**
 * Which database settings name, in words without secrets: the same for two addresses exactly where
 * the driver would connect to the same place.
 */
export function databaseWords(databaseUrl: Secret | undefined): string {
  if (databaseUrl === undefined) return 'the embedded database';
  try {
    const connectionString = databaseUrl.reveal().replaceAll(encryption, '');
    const { host, port, database = '' } = new pg.Client({ connectionString });
    return `PostgreSQL at ${hostWords(host)}:${port}/${database}`;
  } catch {
    // No server can have been started with it, and what the driver says may quote it.
    return 'PostgreSQL at an address that cannot be read';
  }
}

/** The path of a socket is told as it is; names of hosts are the same in whatever case. */
function hostWords(host: string): string {
  if (host.startsWith('/')) return host;
  return host.includes(':') ? `[${host.toLowerCase()}]` : host.toLowerCase();
}
