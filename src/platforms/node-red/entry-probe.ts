import { PlatformError } from '../../errors.ts';
import type { NodeRedApi } from './api.ts';
import type { NodeRedClient } from './client.ts';

/** What a probe of an address shows. `unknown` when it cannot be told what answered. */
export type Liveness = 'live' | 'dead' | 'unknown';

/** What a probe needs of a connection. */
export type Prober = {
  readonly api: Pick<NodeRedApi, 'options'>;
  readonly lanes: Pick<NodeRedClient['lanes'], 'take'>;
};

/**
 * Asks an address whether a flow listens there, without starting it.
 *
 * Node-RED's web server answers OPTIONS by itself: the methods registered for a path in `Allow`, or
 * 404 when there are none (5.0.7). No flow can be registered for OPTIONS. 4.1.15 answers 204 to every
 * path, so there only the runtime tells.
 */
export async function probe(
  { api, lanes }: Prober,
  entry: { readonly path: string; readonly method: string },
  signal: AbortSignal,
): Promise<Liveness> {
  try {
    const answer = await lanes.take(() => api.options(entry.path, signal));
    if (answer.status === 404) return 'dead';
    if (answer.status !== 200) return 'unknown';
    const methods = answer.header('allow')?.toUpperCase().split(/,\s*/);
    if (!methods) return 'unknown';
    return methods.includes(entry.method) ? 'live' : 'dead';
  } catch (error) {
    if (!(error instanceof PlatformError) || signal.aborted) throw error;
    return 'unknown';
  }
}

/**
 * True when this Node-RED tells what is registered from what is not. With `httpNodeCors`, or behind
 * a proxy that answers OPTIONS by itself, everything would look the same.
 */
export async function isProbeable(
  client: NodeRedClient,
  root: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { api } = client;
  const [path] = api.pathsBelow(root, `/firebreak-control-${api.now().getTime()}`);
  return path !== undefined && (await probe(client, { path, method: 'GET' }, signal)) === 'dead';
}

/** `basic` when Node-RED asks callers of its addresses to sign in (`httpNodeAuth`), else `none`. */
export async function authOfEntries(
  api: NodeRedApi,
  root: string,
  signal: AbortSignal,
): Promise<string> {
  const [path = '/'] = api.pathsBelow(root, `/firebreak-control-${api.now().getTime()}`);
  const answer = await api.knock(path, signal);
  return answer.status === 401 ? 'basic' : 'none';
}
