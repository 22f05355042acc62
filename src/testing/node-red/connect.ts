import { Secret } from '../../domain/secret.ts';
import { guardedFetch } from '../../platforms/guarded-fetch.ts';
import type { GuardedRequest } from '../../platforms/guarded-fetch.ts';
import { NodeRed } from '../../platforms/node-red/node-red.ts';
import type { NodeRedSession } from '../../platforms/node-red/session.ts';
import type { Check } from '../../platforms/platform.ts';
import { never } from '../guarded.ts';
import { testFingerprint } from '../n8n/sample-nodes.ts';
import { editor } from './real-node-red.ts';

/** A connector, and every call that it made. */
export type Connected = { readonly platform: NodeRed; readonly calls: readonly GuardedRequest[] };

/**
 * Connects to a Node-RED on loopback.
 *
 * @param options.secret a token or `user:password`; the editor's own without it
 */
export function connectNodeRed(
  baseUrl: string,
  options: { readonly secret?: string; readonly session?: NodeRedSession } = {},
): Connected {
  const { origin } = new URL(baseUrl);
  const fetch = guardedFetch({ platform: 'node-red', origin, isPrivate: true });
  const calls: GuardedRequest[] = [];
  const platform = new NodeRed({
    baseUrl,
    token: new Secret(options.secret ?? `${editor.username}:${editor.password}`),
    fetch: (request, signal) => {
      calls.push(request);
      return fetch(request, signal);
    },
    now: () => new Date(),
    fingerprint: testFingerprint,
    ...(options.session ? { session: options.session } : {}),
  });
  return { platform, calls };
}

/** Observes a tab and switches it off; answers what is needed to check that. */
export async function switchedOff(platform: NodeRed, workflow: string): Promise<Check> {
  const { memo } = await platform.observe(workflow, never);
  const { at } = await platform.disable(workflow, never);
  return { workflow, memo, acceptedAt: at };
}
