import type { AddressInfo } from 'node:net';

import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import type { Entrance } from '../cli/cli.ts';
import { cliRoutes } from './cli-routes.ts';
import { refusalOf } from './refusal.ts';

/** The one HTTP server, as it runs. */
export type RunningServer = {
  /** `http://127.0.0.1:7330` */
  readonly url: string;
  close(): Promise<void>;
};

const bodyBytesAtMost = 262_144;

/**
 * Serves the command line of this machine on loopback: health, and the routes of `cli/`.
 *
 * A request whose Host is not ours is refused, so that a web page cannot reach it by having its own
 * name resolve to 127.0.0.1.
 */
export async function startServer(options: {
  readonly port: number;
  readonly instanceId: string;
  readonly entrance: Entrance;
  /** Hears of failures that are not the caller's; answers the reference to show. */
  readonly onFailure: (error: unknown) => string;
}): Promise<RunningServer> {
  const app = new Hono();
  app.use(async (context, next) => {
    const host = context.req.header('host') ?? '';
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return context.text('Misdirected.', 421);
    if (context.req.header('origin') !== undefined) return context.text('Not for browsers.', 403);
    return next();
  });
  app.use(bodyLimit({ maxSize: bodyBytesAtMost }));
  app.get('/health', (context) => context.json({ status: 'ok', instance: options.instanceId }));
  app.route('/cli', cliRoutes(options.entrance, options.onFailure));
  app.notFound((context) =>
    context.json(
      { refused: { code: 'not_found', message: 'Nothing is here.', candidates: [] } },
      404,
    ),
  );
  app.onError((error, context) => {
    const { status, body } = refusalOf(error, options.onFailure);
    return context.json(body, status);
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: options.port });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port } = addressOf(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address;
}
