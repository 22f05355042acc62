import { promises as timers } from 'node:timers';

import type { GuardedFetch, Limits, Resolve } from './guarded-fetch.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { N8n } from './n8n/n8n.ts';
import type { OpenPlatform } from './platform.ts';

export type OpenPlatformOptions = {
  readonly now: () => Date;
  /** Keyed hash of a hard-coded secret, the same over the whole instance. */
  readonly fingerprint: (secret: string) => string;
  readonly resolve?: Resolve;
  readonly limits?: Partial<Limits>;
};

/**
 * Opens connections of every kind, each behind a guard of its own origin.
 *
 * Guards are kept, so that their sockets are used again.
 */
export function openPlatforms(options: OpenPlatformOptions): OpenPlatform {
  const { now, fingerprint, ...guarding } = options;
  const guards = new Map<string, GuardedFetch>();
  return ({ kind, baseUrl, privateHostAllowed }, token) => {
    const { origin } = new URL(baseUrl);
    const key = `${kind} ${privateHostAllowed} ${origin}`;
    const fetch =
      guards.get(key) ??
      guardedFetch({ platform: kind, origin, isPrivate: privateHostAllowed, ...guarding });
    guards.set(key, fetch);
    switch (kind) {
      case 'n8n':
        return new N8n({ baseUrl, token, fetch, now, wait, fingerprint });
    }
  };
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await timers.setTimeout(ms, undefined, { signal });
}
