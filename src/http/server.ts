import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { serve } from '@hono/node-server';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import type { Entrance } from '../cli/cli.ts';
import { UserError } from '../errors.ts';
import { assetRoutes } from './assets.ts';
import { cliRoutes } from './cli-routes.ts';
import type { ConsoleHost } from './console-host.ts';
import { consoleRoutes } from './console-routes.ts';
import type { Doors } from './doors.ts';
import { makeDoorOf } from './doors.ts';
import type { Monitoring } from './monitoring-routes.ts';
import { monitoringRoutes } from './monitoring-routes.ts';
import { refusalOf } from './refusal.ts';
import type { CallEntrance } from './sandbox-routes.ts';
import { sandboxRoutes } from './sandbox-routes.ts';
import { securityHeaders } from './security-headers.ts';
import type { DoorEnv } from './server-env.ts';
import type { AnswerSlack } from './slack-routes.ts';
import { slackRoutes } from './slack-routes.ts';
import { tooLarge } from './too-large.ts';

/** The one HTTP server, as it runs. */
export type RunningServer = {
  /** `http://127.0.0.1:7330`: how this machine reaches it. */
  readonly url: string;
  close(): Promise<void>;
};

export type ServerOptions = {
  readonly port: number;
  readonly bind?: string;
  readonly doors?: Doors;
  readonly instanceId: string;
  readonly entrance: Entrance;
  /** Absent: no console, only the command line. */
  readonly console?: ConsoleHost;
  /** Absent: nothing simulated can be called from outside. */
  readonly callEntrance?: CallEntrance;
  /** Absent: nothing is measured. */
  readonly monitoring?: Monitoring;
  /** Absent: Slack sends us nothing. */
  readonly answerSlack?: AnswerSlack;
  /** Hears of failures that are not the caller's; answers the reference to show. */
  readonly onFailure: (error: unknown) => string;
};

const loopback = '127.0.0.1';
const bodyBytesAtMost = 262_144;
/** To whoever sets up a proxy, and to nobody else anything: it names settings, not values. */
const misdirected =
  'Misdirected. This server answers its own machine as 127.0.0.1 or localhost, and others under ' +
  'PUBLIC_URL through a proxy of TRUSTED_PROXY that keeps Host and sends X-Forwarded-Proto: https.\n';
/** So long may answers take that are under way when the server stops, in ms. */
const answerOutMs = 2_000;

/**
 * Serves the console, the command line of this machine, and health.
 *
 * A request that came through none of our doors is refused, so that a web page cannot reach it by
 * having its own name resolve to 127.0.0.1.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const stopping = new AbortController();
  const app = await routesOf(options, stopping.signal);
  const { port, bind = loopback } = options;
  const server = serve({ fetch: app.fetch, hostname: bind, port });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error) => reject(portProblem(error, port)));
  });
  return {
    url: `http://${loopback}:${addressOf(server.address()).port}`,
    close: async () => {
      stopping.abort();
      // A browser keeps connections in reserve on which it never asks anything: they are no reason
      // to stay. What is asked already is answered first.
      const cut = setTimeout(() => {
        if ('closeAllConnections' in server) server.closeAllConnections();
      }, answerOutMs);
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      }).finally(() => clearTimeout(cut));
    },
  };
}

/**
 * Asks for the port and gives it back, before anything is opened that would have to be closed.
 *
 * @throws UserError `not_ready` when another program has it
 */
export async function refuseTakenPort(port: number, bind: string = loopback): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(portProblem(error, port)));
    probe.listen(port, bind, () => probe.close(() => resolve()));
  });
}

function portProblem(error: Error, port: number): Error {
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new UserError('not_ready', `Port ${port} is taken by another program.`, {
    hint: 'Is Firebreak running already? Else set HTTP_PORT to another one, or to 0 for any.',
  });
}

async function routesOf(options: ServerOptions, stopping: AbortSignal): Promise<Hono<DoorEnv>> {
  const { entrance, onFailure, instanceId } = options;
  const app = new Hono<DoorEnv>();
  const doorOf = makeDoorOf(options.doors ?? { trustedProxies: [] });
  app.use(securityHeaders);
  app.use(async (context, next) => {
    const header = (name: string) => context.req.header(name);
    const peer = context.env.incoming.socket.remoteAddress ?? '';
    const door = doorOf({ host: header('host') ?? '', peer, header });
    if (door === undefined) return context.text(misdirected, 421);
    context.set('door', door);
    return next();
  });
  // Before the bound on all others: Slack may send more.
  if (options.answerSlack !== undefined) app.route('/slack', slackRoutes(options.answerSlack));
  app.use(
    bodyLimit({
      maxSize: bodyBytesAtMost,
      onError: (context: Context<DoorEnv>) => tooLarge(context, bodyBytesAtMost),
    }),
  );
  app.route('/', monitoringRoutes(instanceId, options.monitoring));
  app.use('/cli/*', async (context, next) => {
    if (context.get('door')?.kind !== 'loopback')
      return context.text('From its machine only.', 403);
    if (context.req.header('origin') !== undefined) return context.text('Not for browsers.', 403);
    return next();
  });
  app.route('/cli', cliRoutes(entrance, onFailure));
  if (options.callEntrance !== undefined)
    app.route('/sandbox', sandboxRoutes(options.callEntrance));
  if (options.console !== undefined) {
    app.route('/assets', await assetRoutes());
    app.route('/', consoleRoutes({ host: options.console, onFailure, stopping }));
  }
  app.notFound((context) =>
    context.json(
      { refused: { code: 'not_found', message: 'Nothing is here.', candidates: [] } },
      404,
    ),
  );
  app.onError((error, context) => {
    const { status, body } = refusalOf(error, onFailure);
    return context.json(body, status);
  });
  return app;
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address;
}
