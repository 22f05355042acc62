import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** A server on loopback that answers everything and remembers every call. */
export type CountingServer = {
  /** `http://127.0.0.1:PORT`. */
  readonly baseUrl: string;
  /** `127.0.0.1:PORT`, as a workflow names it. */
  readonly host: string;
  /** Every call so far, oldest first. */
  readonly calls: readonly Call[];
  /** How many calls came to paths that start like this. */
  count(pathPrefix?: string): number;
  /** Calls to this path are counted at once, and answered only after what it returns was called. */
  hold(path: string): () => void;
  /** Resolves when that many calls came. @throws Error when they did not within the bound */
  atLeast(count: number, pathPrefix?: string, withinMs?: number): Promise<void>;
  close(): Promise<void>;
};

/** One call as it arrived, with its headers, so that a test sees which secret was sent. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly at: Date;
};

/** Starts a counting server on a free loopback port. */
export async function startCountingServer(): Promise<CountingServer> {
  const calls: Call[] = [];
  const held = new Map<string, (() => void)[]>();
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    calls.push({ method, path, headers, at: new Date() });
    request.resume();
    response.setHeader('content-type', 'application/json');
    const answer = (): void => void response.end('{"counted":true}');
    const waiting = held.get(path);
    if (waiting) waiting.push(answer);
    else answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  const host = `127.0.0.1:${address.port}`;
  const count = (pathPrefix = '/'): number =>
    calls.filter((call) => call.path.startsWith(pathPrefix)).length;
  return {
    baseUrl: `http://${host}`,
    host,
    calls,
    count,
    hold: (path) => {
      const waiting: (() => void)[] = [];
      held.set(path, waiting);
      return () => {
        held.delete(path);
        for (const answer of waiting.splice(0)) answer();
      };
    },
    atLeast: async (wanted, pathPrefix = '/', withinMs = 120_000) => {
      const end = Date.now() + withinMs;
      while (count(pathPrefix) < wanted) {
        if (Date.now() > end) {
          throw new Error(`${count(pathPrefix)} of ${wanted} calls to ${pathPrefix} came.`);
        }
        await delay(50);
      }
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
