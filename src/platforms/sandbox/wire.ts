import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

import { guardedFetch } from '../guarded-fetch.ts';
import type { Limits } from '../guarded-fetch.ts';
import type { SandboxFault } from './model.ts';

/** How an answer can go wrong while it is on its way. */
export type ByteFault = Extract<SandboxFault['does'], { kind: 'drips' | 'floods' }>;

const loopback = '127.0.0.1';
const floodBytes = 16 * 1024;

/**
 * Sends an answer without end over a real connection, and reads it as the answers of real platforms
 * are read: by the guard, whose own bounds cut it. It holds nothing of the estate.
 *
 * @throws PlatformError `timed_out` for one that drips, `unreadable` for one that floods
 */
export async function readFromWire(
  does: ByteFault,
  { bodyBytes, withinMs }: Limits,
  signal: AbortSignal,
  reads: boolean,
): Promise<void> {
  const server = createServer((_request, response) => send(does, response));
  server.listen(0, loopback);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The wire has no port.');
  const origin = `http://${loopback}:${address.port}`;
  try {
    // The other bound is the usual one, so that a busy machine does not make it the one that cuts.
    const limits = does.kind === 'floods' ? { bodyBytes } : { withinMs };
    const fetch = guardedFetch({ platform: 'sandbox', origin, isPrivate: true, limits });
    await fetch({ method: reads ? 'GET' : 'POST', url: origin, answer: 'json' }, signal);
  } finally {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}

function send(does: ByteFault, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"more":"');
  if (does.kind === 'floods') {
    const flood = Readable.from(endless());
    flood.pipe(response);
    response.on('close', () => flood.destroy());
    return;
  }
  const timer = setInterval(() => response.write('.'), does.everyMs);
  response.on('close', () => clearInterval(timer));
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(floodBytes, '.');
}
