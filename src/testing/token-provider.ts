import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

import type { ProviderKind } from '../domain/provider.ts';
import { Secret } from '../domain/secret.ts';
import { guardedFetch } from '../platforms/guarded-fetch.ts';
import type { HttpRevokerOptions, Revoker } from '../revokers/revoker.ts';
import { listening } from './loopback.ts';

/** One call to a provider of tokens, as a strict fake sees it. */
export type TokenCall = {
  readonly method: string;
  readonly path: string;
  readonly bearer: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
};

/** What a fake answers: a status and JSON; `cut` takes the call and breaks off. */
export type TokenAnswer =
  | {
      readonly status: number;
      readonly json?: unknown;
      /** The header in which it says when to come back. */
      readonly retryAfter?: string;
    }
  | 'cut';

/**
 * A provider of tokens on loopback, and the revoker that is tried on it.
 *
 * @param open   makes the revoker
 * @param answer refuses what the real one would refuse
 */
export async function aTokenProvider(
  test: TestContext,
  kind: ProviderKind,
  open: (options: HttpRevokerOptions) => Revoker,
  answer: (call: TokenCall) => TokenAnswer,
): Promise<(token: string) => Revoker> {
  const server = createServer((request, response) => void serve(request, response, answer));
  const baseUrl = await listening(test, server);
  const provider = { kind, baseUrl, privateHostAllowed: true, revision: 1 };
  const fetch = guardedFetch({ platform: kind, origin: baseUrl, isPrivate: true });
  return (token) =>
    open({ provider, secretsOf: () => Promise.resolve({ secret: new Secret(token) }), fetch });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (call: TokenCall) => TokenAnswer,
): Promise<void> {
  const { authorization } = request.headers;
  const given = answer({
    method: request.method ?? '',
    path: request.url ?? '',
    bearer: /^Bearer (\S+)$/.exec(authorization ?? '')?.[1],
    type: request.headers['content-type'],
    body: await text(request),
  });
  if (given === 'cut') {
    response.destroy();
    return;
  }
  assert.ok(request.headers['user-agent'], 'GitHub refuses calls without a user agent.');
  response.writeHead(given.status, {
    'content-type': 'application/json',
    ...(given.retryAfter === undefined ? {} : { 'retry-after': given.retryAfter }),
  });
  response.end(given.json === undefined ? '' : JSON.stringify(given.json));
}
