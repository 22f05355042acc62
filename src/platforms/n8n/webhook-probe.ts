import { PlatformError } from '../../errors.ts';
import type { N8nApi } from './api.ts';

/** What a probe of an entry point shows. `unknown` when it was not n8n that answered. */
export type Liveness = 'live' | 'dead' | 'unknown';

/**
 * Asks an entry point whether anything is registered there, without starting it.
 *
 * n8n lists the methods that are registered for a path in Access-Control-Allow-Methods, and only
 * OPTIONS when there are none. The status says less: 204 for a path with a slash too many, though
 * nothing is there (2.40.7).
 */
export async function probe(
  api: N8nApi,
  entry: { readonly path?: string; readonly method: string },
  signal: AbortSignal,
): Promise<Liveness> {
  if (entry.path === undefined) return 'unknown';
  try {
    const answer = await api.preflight(entry.path, entry.method, signal);
    const methods = answer.header('access-control-allow-methods')?.toUpperCase().split(/,\s*/);
    if (!methods?.includes('OPTIONS') || methods.includes('*')) return 'unknown';
    return methods.includes(entry.method) ? 'live' : 'dead';
  } catch (error) {
    if (!(error instanceof PlatformError) || signal.aborted) throw error;
    return 'unknown';
  }
}

/**
 * True when this n8n tells what is registered from what is not. A proxy that answers OPTIONS by
 * itself would make everything look live, or everything dead.
 */
export async function isProbeable(api: N8nApi, signal: AbortSignal): Promise<boolean> {
  const path = `/webhook/firebreak-control-${api.now().getTime()}`;
  return (await probe(api, { path, method: 'GET' }, signal)) === 'dead';
}
