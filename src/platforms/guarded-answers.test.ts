import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import { callGuarded, failureOf, never, sendsJson, token } from '../testing/guarded.ts';
import { listening } from '../testing/loopback.ts';
import { TooLarge } from './answer-body.ts';
import { guardedFetch } from './guarded-fetch.ts';

const hangs: RequestListener = () => undefined;
const cuts: RequestListener = (request) => request.socket.destroy();
const drips: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

const echoes: RequestListener = (request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => {
    text += part;
  });
  request.on('end', () => {
    const { 'content-type': type, 'x-n8n-api-key': key } = request.headers;
    sendsJson({ type, key, text })(request, response);
  });
};

function sendsPage(status: number): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<p>body-text</p>');
  };
}

describe('what the guard reads', () => {
  it('answers status, headers and JSON as they came, refusals too', async (test) => {
    const good = await callGuarded(test, sendsJson({ a: 1 }));
    assert.deepEqual([good.status, good.body], [200, { a: 1 }]);
    assert.match(good.header('Content-Type') ?? '', /json/);
    const bad = await callGuarded(test, sendsJson({ message: 'Forbidden' }, 403));
    assert.deepEqual([bad.status, bad.body], [403, { message: 'Forbidden' }]);
  });

  it('answers only the status of a refusal that is a web page', async (test) => {
    const answer = await callGuarded(test, sendsPage(502));
    assert.deepEqual([answer.status, answer.body], [502, undefined]);
  });

  it('says that a web page with status 200 is no answer', async (test) => {
    const error = await failureOf(callGuarded(test, sendsPage(200)));
    assert.equal(error.code, 'unreadable');
    assert.match(error.message, /web page/);
  });

  it('sends JSON with its type, and the headers it was given', async (test) => {
    const answer = await callGuarded(test, echoes, { request: { method: 'POST', body: { a: 1 } } });
    assert.deepEqual(answer.body, { type: 'application/json', key: token, text: '{"a":1}' });
  });

  const broken: Record<string, RequestListener> = {
    'cut JSON': (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"a":');
    },
    'JSON that is nested too deeply': (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('['.repeat(100_000));
    },
    'broken gzip': (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end('body-text');
    },
    'a compression that was not asked for': (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'zstd' });
      response.end('body-text');
    },
    'plain text': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end('body-text');
    },
  };
  for (const [what, listener] of Object.entries(broken)) {
    it(`cannot read ${what}`, async (test) => {
      assert.equal((await failureOf(callGuarded(test, listener))).code, 'unreadable');
    });
  }

  it('stops reading an endless body at the bound', async (test) => {
    let sent = 0;
    const endless: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const part = `"${'x'.repeat(16_000)}",`;
      const more = (): void => {
        while (!response.destroyed) {
          sent += part.length;
          if (!response.write(part)) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    };
    const error = await failureOf(callGuarded(test, endless, { limits: { bodyBytes: 100_000 } }));
    assert.ok(error instanceof TooLarge);
    assert.ok(sent < 50_000_000, `${sent} bytes`);
  });

  it('counts a compressed body by what it unfolds to', async (test) => {
    const packed = gzipSync(JSON.stringify({ a: 'x'.repeat(1_000_000) }));
    const bomb: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(packed);
    };
    assert.ok(packed.length < 10_000);
    const read = await callGuarded(test, bomb);
    assert.equal(JSON.stringify(read.body).length, 1_000_008);
    const error = await failureOf(callGuarded(test, bomb, { limits: { bodyBytes: 100_000 } }));
    assert.ok(error instanceof TooLarge);
  });
});

describe('how long the guard waits', () => {
  const limits = { withinMs: 150 };

  it('says nothing of the kind of a call that only reads', async (test) => {
    const error = await failureOf(callGuarded(test, hangs, { limits }));
    assert.equal(error.message, 'The platform did not answer in time.');
  });

  it('gives up when no answer comes, and says that it may have happened', async (test) => {
    const request = { method: 'POST' } as const;
    const error = await failureOf(callGuarded(test, hangs, { limits, request }));
    assert.equal(error.code, 'timed_out');
    assert.equal(error.mayHaveHappened, true);
    assert.match(error.message, /may have happened/);
  });

  it('cuts an answer that drips', async (test) => {
    assert.equal((await failureOf(callGuarded(test, drips, { limits }))).code, 'timed_out');
  });

  it('tells a connection that was cut after the request from one that was never made', async (test) => {
    const cut = await failureOf(callGuarded(test, cuts));
    assert.deepEqual([cut.code, cut.mayHaveHappened], ['cut', true]);

    const server = createSocketServer();
    const origin = await listening(test, server);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const guarded = guardedFetch({ platform: 'n8n', origin, isPrivate: true });
    const refused = await failureOf(
      guarded({ method: 'GET', url: `${origin}/secret-path`, answer: 'json' }, never),
    );
    assert.deepEqual([refused.code, refused.mayHaveHappened], ['unreachable', false]);
  });

  it('ends at once when the caller gives up', async (test) => {
    const controller = new AbortController();
    const origin = await listening(
      test,
      createServer(() => controller.abort()),
    );
    const guarded = guardedFetch({ platform: 'n8n', origin, isPrivate: true });
    const request = { method: 'POST', url: `${origin}/secret-path`, answer: 'json' } as const;
    const error = await failureOf(guarded(request, controller.signal));
    assert.equal(error.code, 'cut');
    assert.match(error.message, /given up/);
  });

  it('cannot read what is no HTTP', async (test) => {
    const origin = await listening(
      test,
      createSocketServer((socket) => {
        socket.on('error', () => undefined);
        socket.end('SSH-2.0-body-text\r\n');
      }),
    );
    const guarded = guardedFetch({ platform: 'n8n', origin, isPrivate: true });
    const request = { method: 'GET', url: `${origin}/secret-path`, answer: 'json' } as const;
    assert.equal((await failureOf(guarded(request, never))).code, 'unreadable');
  });
});
