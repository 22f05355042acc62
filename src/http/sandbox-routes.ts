import { Hono } from 'hono';
import type { Context } from 'hono';

import type { DoorEnv } from './server-env.ts';

/**
 * Calls where a workflow of a simulated platform listens.
 *
 * @returns undefined when no connection of this name is simulated
 */
export type CallEntrance = (
  connection: string,
  call: {
    readonly method: string;
    readonly path: string;
    readonly header: (name: string) => string | undefined;
  },
) => Promise<
  | {
      readonly status: 200 | 204 | 403 | 404 | 500;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: Readonly<Record<string, string | number>>;
    }
  | undefined
>;

/**
 * The webhooks of simulated platforms, `/<connection>/webhook/<path>`, so that anyone can see from
 * outside whether one is really off.
 *
 * They need no key, as real ones need none, and they change what the simulation shows. So they
 * answer to this machine alone, wherever the server listens, and to no page of the web.
 */
export function sandboxRoutes(callEntrance: CallEntrance): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  routes.all('/:connection{[A-Za-z0-9._-]+}/webhook/:path{.+}', async (context) => {
    if (context.get('door')?.kind !== 'loopback') {
      return context.text('From its machine only.', 403);
    }
    if (isOfAnotherSite(context)) return context.text('Not for pages of the web.', 403);
    const { connection, path } = context.req.param();
    const header = (name: string) => context.req.header(name);
    const answer = await callEntrance(connection, { method: context.req.method, path, header });
    if (answer === undefined) return context.notFound();
    for (const [name, value] of Object.entries(answer.headers)) context.header(name, value);
    context.status(answer.status);
    return answer.body === undefined ? context.body(null) : context.json(answer.body);
  });
  return routes;
}

/**
 * True for what a page elsewhere makes a browser send. A shell may well send an Origin when it asks
 * with OPTIONS, for only then n8n, and so the sandbox, says what is registered.
 *
 * @source Fetch Metadata, W3C
 */
function isOfAnotherSite({ req }: Context<DoorEnv>): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined) return site !== 'none' && site !== 'same-origin';
  return req.header('origin') !== undefined && req.method !== 'OPTIONS';
}
