import type { Hono } from 'hono';

import { missingPage, runbookPage, runbooksPage } from '../chat/console/console.ts';
import type { ConsoleHost } from './console-host.ts';
import type { VisitorEnv } from './server-env.ts';

/** The pages on which runbooks are read before they are walked. Signed in only. */
export function runbookRoutes(host: ConsoleHost, routes: Hono<VisitorEnv>): void {
  routes.get('/runbooks', async (context) =>
    context.html(runbooksPage(context.get('visitor').person, await host.runbooks())),
  );

  routes.get('/runbooks/:id', async (context) => {
    const { person } = context.get('visitor');
    const all = await host.runbooks();
    const found = all.find(({ id }) => id === context.req.param('id'));
    if (found) return context.html(runbookPage(person, found));
    const problem = {
      kind: 'problem',
      code: 'not_found',
      message: 'There is no such runbook.',
      hint: '/runbooks lists them all.',
      candidates: [],
    } as const;
    return context.html(missingPage(person, problem), 404);
  });
}
