import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';

import { PlatformError } from '../errors.ts';
import { guardedFetch } from '../platforms/guarded-fetch.ts';
import type { GuardedAnswer, GuardedRequest, Limits } from '../platforms/guarded-fetch.ts';
import { listening } from './loopback.ts';

/** The API key that tests send; it may appear nowhere. */
export const token = 'n8n_api_s3cret';

/** A signal for calls that nobody gives up. */
export const never = new AbortController().signal;

/** One guarded call to a server that answers as told. */
export async function callGuarded(
  test: TestContext,
  listener: RequestListener,
  options: { limits?: Partial<Limits>; request?: Partial<GuardedRequest> } = {},
): Promise<GuardedAnswer> {
  const origin = await listening(test, createServer(listener));
  const guarded = guardedFetch({
    platform: 'n8n',
    origin,
    isPrivate: true,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  return guarded(
    {
      method: 'GET',
      url: `${origin}/secret-path`,
      answer: 'json',
      headers: { 'X-N8N-API-KEY': token },
      ...options.request,
    },
    never,
  );
}

/** Runs and expects a PlatformError that gives nothing away. */
export async function failureOf(run: Promise<unknown>): Promise<PlatformError> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlatformError, inspect(error));
  const shown = `${inspect(error, { depth: 9 })} ${JSON.stringify(error)} ${error.stack}`;
  for (const secret of [token, 'secret-path', '127.0.0.1', '169.254', 'body-text']) {
    assert.ok(!shown.includes(secret), `${secret} in ${shown}`);
  }
  assert.match(error.message, /^[A-Z].*\.$/s);
  return error;
}

/** Answers with JSON. */
export function sendsJson(value: unknown, status = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(value));
  };
}
