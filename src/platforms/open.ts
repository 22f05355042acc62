import { promises as timers } from 'node:timers';

import type { Connection } from '../domain/connection.ts';
import type { Secret } from '../domain/secret.ts';
import type { GuardedFetch, Limits, Resolve } from './guarded-fetch.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { KnownReadings } from './n8n/known.ts';
import { N8n } from './n8n/n8n.ts';
import { N8nSession, secretsIn } from './n8n/session.ts';
import { NodeRed } from './node-red/node-red.ts';
import { NodeRedSession } from './node-red/session.ts';
import type { GiveWay, OpenPlatform } from './platform.ts';
import type { Estate } from './sandbox/estate.ts';
import { Sandbox } from './sandbox/sandbox.ts';

export type OpenPlatformOptions = {
  readonly now: () => Date;
  /** Keyed hash of a hard-coded secret, the same over the whole instance. */
  readonly fingerprint: (secret: string) => string;
  /** The simulated platform of an address. */
  readonly estateAt: (baseUrl: string) => Estate;
  readonly resolve?: Resolve;
  readonly limits?: Partial<Limits>;
};

/**
 * Opens connections of every kind, each behind a guard of its own origin.
 *
 * Guards are kept, so that their sockets are used again; what a look at a connection has read, so
 * that the next one reads only what changed; and sign-ins, because each leaves a token behind.
 */
export function openPlatforms(options: OpenPlatformOptions): OpenPlatform {
  const { now, fingerprint, estateAt, ...guarding } = options;
  const guards = new Map<string, GuardedFetch>();
  const readings = new Map<string, KnownReadings>();
  const guardOf = (
    { kind, baseUrl, privateHostAllowed }: Connection,
    giveWay: GiveWay | undefined,
  ): GuardedFetch => {
    const { origin } = new URL(baseUrl);
    // Whoever gives way has sockets of its own: those of the others are never taken.
    const key = `${kind} ${privateHostAllowed} ${origin} ${giveWay === undefined}`;
    const fetch =
      guards.get(key) ??
      guardedFetch({ platform: kind, origin, isPrivate: privateHostAllowed, ...guarding });
    guards.set(key, fetch);
    if (giveWay === undefined) return fetch;
    return async (...call) => {
      await giveWay();
      return fetch(...call);
    };
  };
  const sessionOf = keptBySecret((secret) => new NodeRedSession(secret));
  const editorSessionOf = keptBySecret((secret) => new N8nSession(secret));
  return (connection, token, giveWay) => {
    const { id, kind, baseUrl } = connection;
    switch (kind) {
      case 'n8n': {
        const known = readings.get(id) ?? new KnownReadings();
        readings.set(id, known);
        const fetch = guardOf(connection, giveWay);
        const secrets = secretsIn(token);
        const session = secrets.session && editorSessionOf(connection, secrets.session, giveWay);
        const of = { baseUrl, token: secrets.key, fetch, now, wait, fingerprint, known };
        return new N8n({ ...of, session });
      }
      case 'node-red': {
        const session = sessionOf(connection, token, giveWay);
        return new NodeRed({
          baseUrl,
          token,
          fetch: guardOf(connection, giveWay),
          now,
          fingerprint,
          session,
        });
      }
      case 'sandbox':
        return new Sandbox({ estate: estateAt(baseUrl), key: token, fingerprint, giveWay });
    }
  };
}

/**
 * One of each connection, made anew when its secret is another. Whoever gives way has one of its own:
 * nobody else may share in a sign-in that ends half-way.
 */
function keptBySecret<T extends { isOf(secret: Secret): boolean }>(
  make: (secret: Secret) => T,
): (connection: Connection, secret: Secret, giveWay: GiveWay | undefined) => T {
  const kept = new Map<string, T>();
  return ({ id, baseUrl }, secret, giveWay) => {
    const key = `${id} ${baseUrl} ${giveWay === undefined}`;
    const known = kept.get(key);
    if (known?.isOf(secret)) return known;
    const made = make(secret);
    kept.set(key, made);
    return made;
  };
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await timers.setTimeout(ms, undefined, { signal });
}
