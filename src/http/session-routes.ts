import type { Hono } from 'hono';

import { sessionsPage } from '../chat/console/console.ts';
import type { ConsoleHost } from './console-host.ts';
import type { VisitorEnv } from './server-env.ts';
import { dropCookie } from './sign-in-routes.ts';

/** Where somebody sees the browsers that are signed in as them, ends them, and signs out. */
export function sessionRoutes(host: ConsoleHost, routes: Hono<VisitorEnv>): void {
  routes.get('/sessions', async (context) => {
    const { person, session } = context.get('visitor');
    const sessions = await host.gate.sessionsOf(context.get('visitor'));
    return context.html(sessionsPage(person, sessions, session.id, host.now()));
  });

  routes.post('/sessions/end', async (context) => {
    const visitor = context.get('visitor');
    const { id } = await context.req.parseBody();
    if (typeof id !== 'string') return context.text('Which one?', 400);
    await (id === 'all' ? host.gate.end(visitor) : host.gate.end(visitor, id));
    if (id === 'all') dropCookie(context);
    return context.redirect('/sessions', 303);
  });

  routes.post('/leave', async (context) => {
    const visitor = context.get('visitor');
    await host.gate.end(visitor, visitor.session.id);
    dropCookie(context);
    return context.redirect('/enter', 303);
  });
}
