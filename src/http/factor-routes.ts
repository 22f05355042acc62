import type { Hono } from 'hono';
import { z } from 'zod';

import { factorPage } from '../chat/console/console.ts';
import type { Reply } from '../domain/reply.ts';
import { Secret } from '../domain/secret.ts';
import { UserError } from '../errors.ts';
import type { ConsoleHost } from './console-host.ts';
import type { VisitorEnv } from './server-env.ts';

const codeForm = z.object({ code: z.string().trim().min(1).max(100) });

/** Where somebody gets a factor: the address is in one answer, and on no page that can be opened again. */
export function factorRoutes({ factor }: ConsoleHost, routes: Hono<VisitorEnv>): void {
  routes.get('/factor', async (context) => {
    const { person } = context.get('visitor');
    return context.html(factorPage(person, { has: await factor.hasOne(person) }));
  });

  routes.post('/factor', async (context) => {
    const { person } = context.get('visitor');
    const made = await unlessRefused(() => factor.enrol(person));
    const look =
      made instanceof Secret
        ? { has: false, address: made }
        : { has: await factor.hasOne(person), reply: made };
    context.header('cache-control', 'no-store');
    return context.html(factorPage(person, look));
  });

  routes.post('/factor/confirm', async (context) => {
    const { person } = context.get('visitor');
    const form = codeForm.safeParse(await context.req.parseBody());
    if (!form.success) return context.text('A code is needed.', 400);
    const reply = await unlessRefused(() => factor.confirm(person, new Secret(form.data.code)));
    const has = await factor.hasOne(person);
    return context.html(factorPage(person, { has, reply, waits: !has }));
  });
}

async function unlessRefused<T>(act: () => Promise<T>): Promise<T | Reply> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, candidates } = error;
    return { kind: 'problem', code, message, candidates, ...(hint === undefined ? {} : { hint }) };
  }
}
