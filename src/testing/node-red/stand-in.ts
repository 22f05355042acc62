import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';

import { listening } from '../loopback.ts';

/** A call as the stand-in got it. */
export type Got = {
  readonly call: string;
  readonly bearer: string | undefined;
  readonly body: string;
};

/** What to answer a call; undefined is a 404 with a web page, as Node-RED does. */
export type Reply = { readonly status: number; readonly body?: unknown; readonly challenge?: true };

/**
 * A server on loopback in the place of a Node-RED, for answers that a real one does not give on
 * demand. It knows the calls that it is told, and nothing else.
 */
export async function standIn(
  test: TestContext,
  answer: (got: Got) => Reply | undefined,
): Promise<{ readonly baseUrl: string; readonly got: readonly Got[] }> {
  const got: Got[] = [];
  const server = answering((one) => {
    got.push(one);
    return answer(one);
  });
  return { baseUrl: await listening(test, server), got };
}

/** A server that listens nowhere yet. */
export function answering(answer: (got: Got) => Reply | undefined): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const bearer = headers.authorization?.replace(/^Bearer /, '');
      const said = answer({ call: `${method} ${url}`, bearer, body }) ?? { status: 404 };
      response.writeHead(said.status, {
        ...(said.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(said.challenge ? { 'www-authenticate': 'Bearer realm="Users"' } : {}),
      });
      response.end(said.body === undefined ? '' : JSON.stringify(said.body));
    });
  });
}
