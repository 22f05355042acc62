import type { Context } from 'hono';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';

import { signInPage } from '../chat/console/console.ts';
import type { Problem } from '../domain/reply.ts';
import { Secret } from '../domain/secret.ts';
import { sessionMs } from '../domain/session.ts';
import { UserError } from '../errors.ts';
import type { Gate, Pass } from './gate.ts';
import type { VisitorEnv } from './server-env.ts';

const secret = z.string().trim().min(1).max(500);
const passForm = z.union([z.object({ code: secret }), z.object({ token: secret })]);

/** Said by the console's script, which has kept what stood in the line. */
const sessionEnded: Problem = {
  kind: 'problem',
  code: 'not_allowed',
  message: 'Your session has ended. What you had typed was not said.',
  hint: 'Sign in again in this tab: you come back to where you were, and the line stands there again.',
  candidates: [],
};

/** Where people sign in: with the code of the one-time link, or with their own token. */
export function signInRoutes(gate: Gate): Hono<VisitorEnv> {
  const routes = new Hono<VisitorEnv>();

  routes.get('/enter', (context) => {
    const ended = context.req.query('ended') !== undefined;
    return context.html(signInPage(ended ? sessionEnded : undefined));
  });

  routes.post('/enter', async (context) => {
    const form = passForm.safeParse(await context.req.parseBody());
    if (!form.success) {
      return refused(context, new UserError('bad_input', 'Nothing was entered.'));
    }
    const before = getCookie(context, cookieNameAt(context));
    try {
      const cookie = await gate.enter(passOf(form.data), {
        userAgent: context.req.header('user-agent') ?? 'unknown',
        before: before === undefined ? undefined : new Secret(before),
      });
      keepCookie(context, cookie);
      return context.redirect('/', 303);
    } catch (error) {
      if (error instanceof UserError) return refused(context, error);
      throw error;
    }
  });
  return routes;
}

function passOf(form: z.output<typeof passForm>): Pass {
  return 'code' in form
    ? { kind: 'link', secret: new Secret(form.code) }
    : { kind: 'token', secret: new Secret(form.token) };
}

function refused(context: Context<VisitorEnv>, error: UserError): Response | Promise<Response> {
  const { code, message, hint, candidates } = error;
  const problem = { kind: 'problem', code, message, candidates } as const;
  return context.html(signInPage(hint === undefined ? problem : { ...problem, hint }), 403);
}

/**
 * Over https the prefix keeps other hosts of the domain from planting a cookie. On this machine the
 * port keeps two instances apart: browsers send cookies to every port of a host.
 */
export function cookieNameAt(context: Context<VisitorEnv>): string {
  const door = context.get('door');
  if (door?.kind === 'public') return '__Host-firebreak';
  const port = door && new URL(door.origin).port;
  return port ? `firebreak-${port}` : 'firebreak';
}

function optionsAt(context: Context<VisitorEnv>) {
  const secure = context.get('door')?.kind === 'public';
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure } as const;
}

/** The one place where a session leaves the server: to the browser that it belongs to. */
function keepCookie(context: Context<VisitorEnv>, cookie: Secret): void {
  setCookie(context, cookieNameAt(context), cookie.reveal(), {
    ...optionsAt(context),
    maxAge: sessionMs / 1000,
  });
}

/** Takes the cookie away from a browser that signed out. */
export function dropCookie(context: Context<VisitorEnv>): void {
  deleteCookie(context, cookieNameAt(context), optionsAt(context));
}
