import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';

import type { Desk, Entrance, Issued } from '../cli/cli.ts';
import { exportFormats } from '../cli/cli.ts';
import { environments, platformKinds } from '../domain/connection.ts';
import { providerKinds } from '../domain/provider.ts';
import { Secret } from '../domain/secret.ts';
import { UserError } from '../errors.ts';

const who = z.object({ as: z.string().max(60).optional() });
// How long a line may be is said by who reads it; the size of a request is bounded already.
const typedCode = z.string().max(100);
const lineBody = who.extend({ line: z.string(), code: typedCode.optional() });
const factorBody = who.extend({ code: typedCode });
const handleBody = who.extend({ handle: z.string().max(60).optional() });
const inviteBody = who.extend({ handle: z.string().max(60) });
const codeBody = z.object({ code: z.string().max(500) });
const exportBody = who.extend({
  incident: z.string().max(40),
  format: z.enum(exportFormats),
  reason: z.string().max(2_000).optional(),
});
const connectBody = who.extend({
  input: z.object({
    kind: z.enum(platformKinds),
    name: z.string().max(60),
    baseUrl: z.string().max(2_000),
    secret: z.string().min(1).max(20_000),
    environment: z.enum(environments),
    privateHostAllowed: z.boolean(),
  }),
});

const providerBody = who.extend({
  input: z.object({
    credential: z.string().min(1).max(300),
    kind: z.enum(providerKinds),
    baseUrl: z.string().max(2_000).exactOptional(),
    account: z.string().min(1).max(300).exactOptional(),
    privateHostAllowed: z.boolean(),
    secret: z.string().min(1).max(20_000),
    clientSecret: z.string().min(1).max(20_000).exactOptional(),
  }),
});

/** What `cli/remote.ts` calls. Every route but `redeem` needs the token of the person who asks. */
export function cliRoutes(entrance: Entrance, onFailure: (error: unknown) => string): Hono {
  const routes = new Hono();
  // Asked before the body is read, so that a stranger learns nothing from complaints about it.
  routes.use(async (context, next) => {
    if (!context.req.path.endsWith('/redeem')) bearerOf(context);
    return next();
  });

  routes.post('/enter', async (context) => {
    await enter(entrance, context, await read(context, who));
    return context.json({});
  });

  routes.post('/say', async (context) => {
    const body = await read(context, lineBody);
    const desk = await enter(entrance, context, body);
    const typed = body.code === undefined ? undefined : new Secret(body.code);
    return context.json(await desk.say(body.line, typed));
  });

  routes.post('/token', async (context) => {
    const body = await read(context, handleBody);
    const desk = await enter(entrance, context, body);
    return context.json(shown(await desk.issueToken(body.handle)));
  });

  routes.post('/invite', async (context) => {
    const body = await read(context, inviteBody);
    const desk = await enter(entrance, context, body);
    return context.json(shown(await desk.invite(body.handle)));
  });

  routes.post('/console', async (context) => {
    const desk = await enter(entrance, context, await read(context, who));
    return context.json(shown(await desk.consoleLink()));
  });

  routes.post('/redeem', async (context) => {
    const { code } = await read(context, codeBody);
    return context.json(shown(await entrance.redeem(new Secret(code))));
  });

  routes.post('/export', async (context) => {
    const body = await read(context, exportBody);
    const desk = await enter(entrance, context, body);
    const chunks = desk.export(body.incident, body.format, body.reason)[Symbol.asyncIterator]();
    // The first chunk is taken before the answer begins, so that a refusal still has its status. A
    // failure later breaks the connection off: a short answer must not look like a whole one.
    const first = await chunks.next();
    return context.body(ReadableStream.from(encoded(first, chunks, onFailure)));
  });

  routes.post('/backup', async (context) => {
    const desk = await enter(entrance, context, await read(context, who));
    const bytes = desk.backup()[Symbol.asyncIterator]();
    const first = await bytes.next();
    return context.body(ReadableStream.from(encoded(first, bytes, onFailure)));
  });

  routes.post('/examine', async (context) => {
    const desk = await enter(entrance, context, await read(context, who));
    return context.json({ findings: await desk.examine() });
  });
  factorRoutes(routes, entrance);
  connectRoutes(routes, entrance);
  return routes;
}

function factorRoutes(routes: Hono, entrance: Entrance): void {
  routes.post('/factor', async (context) => {
    const desk = await enter(entrance, context, await read(context, who));
    return context.json(shown(await desk.enrolFactor()));
  });

  routes.post('/factor/confirm', async (context) => {
    const body = await read(context, factorBody);
    const desk = await enter(entrance, context, body);
    return context.json(await desk.confirmFactor(new Secret(body.code)));
  });
}

function connectRoutes(routes: Hono, entrance: Entrance): void {
  routes.post('/connect', async (context) => {
    const body = await read(context, connectBody);
    const desk = await enter(entrance, context, body);
    const { secret, ...input } = body.input;
    return context.json(await desk.connect({ ...input, secret: new Secret(secret) }));
  });

  routes.post('/provider', async (context) => {
    const body = await read(context, providerBody);
    const desk = await enter(entrance, context, body);
    const { secret, clientSecret, ...given } = body.input;
    const input = { ...given, secret: new Secret(secret) };
    const whole =
      clientSecret === undefined ? input : { ...input, clientSecret: new Secret(clientSecret) };
    return context.json(await desk.connectProvider(whole));
  });
}

async function enter(
  entrance: Entrance,
  context: Context,
  body: { as?: string | undefined },
): Promise<Desk> {
  const token = bearerOf(context);
  return entrance.enter(body.as === undefined ? { token } : { token, as: body.as });
}

function bearerOf(context: Context): Secret {
  const bearer = /^Bearer (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  if (bearer === undefined) throw new UserError('not_allowed', 'A token is needed.');
  return new Secret(bearer);
}

async function read<Shape extends z.ZodType>(
  context: Context,
  shape: Shape,
): Promise<z.output<Shape>> {
  const parsed = shape.safeParse(await context.req.json().catch(() => undefined));
  if (!parsed.success) {
    throw new UserError('bad_input', 'The request is not one that this version knows.', {
      hint: 'Use the command line of the same version as the server.',
    });
  }
  return parsed.data;
}

/** The one place where a new token crosses loopback: to the person who asked for it. */
function shown(issued: Issued): { secret: string; reply: Issued['reply'] } {
  return { secret: issued.secret.reveal(), reply: issued.reply };
}

function encoded(
  first: IteratorResult<string | Uint8Array>,
  rest: AsyncIterator<string | Uint8Array>,
  onFailure: (error: unknown) => string,
): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  let isFirst = true;
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    try {
      const { done, value } = isFirst ? first : await rest.next();
      isFirst = false;
      if (done === true) return { done: true, value: undefined };
      return { value: typeof value === 'string' ? encoder.encode(value) : value };
    } catch (error) {
      // The HTTP library prints what ends a stream, cause and all: it may print a reference.
      // oxlint-disable-next-line preserve-caught-error
      throw new Error(`The answer broke off; the log has it under ${onFailure(error)}.`);
    }
  };
  // A generator that nobody has read from yet would not tell the rest that nobody ever will.
  const leave = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    await rest.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
}
