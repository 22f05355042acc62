import { createHash, timingSafeEqual } from 'node:crypto';

import { Hono } from 'hono';
import type { Context } from 'hono';

import type { Secret } from '../domain/secret.ts';
import type { Workload } from '../domain/workload.ts';
import { metricsOf } from './metrics.ts';
import type { DoorEnv } from './server-env.ts';

/** What is measured, and with which token other machines may read it. */
export type Monitoring = {
  /** Rejects when the database cannot be asked. */
  readonly measure: () => Promise<Workload>;
  readonly now: () => Date;
  /** Absent: only this machine reads it. */
  readonly token?: Secret;
};

/** The database answers within this, in ms, or it counts as gone. */
const answerMs = 2_000;

/**
 * `/health`: that the server runs (always with the instance, so that a shell knows whose it is),
 * 503 when its database does not answer. `/metrics`: numbers for a monitoring system.
 */
export function monitoringRoutes(instance: string, monitoring?: Monitoring): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  routes.get('/health', async (context) => {
    const answers = monitoring === undefined || (await isAnswered(monitoring.measure));
    return answers
      ? context.json({ status: 'ok', instance })
      : context.json({ status: 'the database does not answer', instance }, 503);
  });
  if (monitoring === undefined) return routes;
  const write = metricsOf(monitoring.measure, monitoring.now);
  routes.get('/metrics', async (context) => {
    if (!mayRead(context, monitoring.token)) return context.text('With METRICS_TOKEN only.', 401);
    const { type, text } = await write();
    return context.body(text, 200, { 'content-type': type });
  });
  return routes;
}

async function isAnswered(measure: () => Promise<Workload>): Promise<boolean> {
  const late = AbortSignal.timeout(answerMs);
  const bound = new Promise<false>((resolve) => {
    late.addEventListener('abort', () => resolve(false), { once: true });
  });
  return await Promise.race([
    bound,
    measure().then(
      () => true,
      () => false,
    ),
  ]);
}

/** A shell of this machine reads without a token; a page of the web in its browser does not. */
function mayRead(context: Context<DoorEnv>, token: Secret | undefined): boolean {
  const ownPage = context.req.header('origin') ?? context.req.header('sec-fetch-site');
  if (context.get('door')?.kind === 'loopback' && ownPage === undefined) return true;
  const given = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  if (token === undefined || given === undefined) return false;
  return timingSafeEqual(sha256(given), sha256(token.reveal()));
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
