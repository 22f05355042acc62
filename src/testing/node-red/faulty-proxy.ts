import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What becomes of calls on their way. */
export type Mischief =
  | { readonly kind: 'none' }
  | { readonly kind: 'answers'; readonly status: number; readonly headers?: Record<string, string> }
  /** The caller is cut off, before or after the platform got the call. */
  | { readonly kind: 'cuts'; readonly when: 'before' | 'after' }
  /** The platform gets the call, and the caller never hears of it. */
  | { readonly kind: 'keeps silent' }
  /** The platform gets the call, and the caller half of the answer. */
  | { readonly kind: 'halves' };

/** A proxy on loopback in front of a real server, which loses and spoils what it is told to. */
export type FaultyProxy = {
  baseUrl: string;
  /** From now on, until something else is said. */
  mischief: Mischief;
  /** Paths of the calls that meet it; all without it. */
  only?: RegExp;
  close(): Promise<void>;
};

/** Starts a proxy in front of a server on loopback. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const proxy: Omit<FaultyProxy, 'close'> = { baseUrl: '', mischief: { kind: 'none' } };
  const server = createServer((incoming, outgoing) => {
    const isMet = proxy.only?.test(incoming.url ?? '') ?? true;
    pass(target, isMet ? proxy.mischief : { kind: 'none' }, incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  proxy.baseUrl = `http://127.0.0.1:${address.port}`;
  return Object.assign(proxy, {
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

function pass(
  target: string,
  mischief: Mischief,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  if (mischief.kind === 'answers') {
    incoming.resume();
    outgoing.writeHead(mischief.status, mischief.headers).end();
    return;
  }
  if (mischief.kind === 'cuts' && mischief.when === 'before') {
    incoming.socket.destroy();
    return;
  }
  const { method, url = '/', headers } = incoming;
  const onward = request(`${target}${url}`, { method, headers }, (answer) => {
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part));
    answer.on('end', () => {
      const body = Buffer.concat(parts);
      deliver(mischief, { answer, body }, incoming, outgoing);
    });
  });
  onward.on('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}

function deliver(
  mischief: Mischief,
  { answer, body }: { readonly answer: IncomingMessage; readonly body: Buffer },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  switch (mischief.kind) {
    case 'none':
    case 'answers':
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(body);
      return;
    case 'cuts':
      incoming.socket.destroy();
      return;
    case 'keeps silent':
      return;
    case 'halves': {
      const half = body.subarray(0, body.length / 2);
      const headers = { ...answer.headers, 'content-length': half.length };
      outgoing.writeHead(answer.statusCode ?? 500, headers).end(half);
    }
  }
}
