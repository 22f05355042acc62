import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';

import { PlatformError } from '../errors.ts';
import { callGuarded, failureOf, never, sendsJson } from '../testing/guarded.ts';
import { listening } from '../testing/loopback.ts';
import { until } from '../testing/until.ts';
import { guardedFetch } from './guarded-fetch.ts';
import type { GuardedFetch, Limits, Resolve } from './guarded-fetch.ts';

function making(origin: string, isPrivate: boolean): () => GuardedFetch {
  return () => guardedFetch({ platform: 'n8n', origin, isPrivate });
}

describe('where the guard goes', () => {
  const addresses = [
    'https://2852039166/',
    'https://0xA9FEA9FE/',
    'https://0251.0376.0251.0376/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://169.254.169.254/',
    'https://[fd00:ec2::254]/',
    'https://100.100.100.200/',
  ];
  it('refuses metadata addresses, also where the host was named as private', () => {
    for (const origin of addresses) {
      for (const isPrivate of [true, false]) {
        assert.throws(
          () => guardedFetch({ platform: 'n8n', origin, isPrivate }),
          (error) => error instanceof PlatformError && error.code === 'blocked',
          origin,
        );
      }
    }
  });

  it('names the flag for a private host, and never for what stays closed', () => {
    for (const origin of ['http://127.0.0.1:5678', 'https://10.0.0.1', 'http://n8n.internal']) {
      assert.throws(making(origin, false), /with --allow-private/, origin);
    }
    for (const origin of [...addresses, 'http://169.254.169.254/']) {
      for (const isPrivate of [true, false]) {
        assert.throws(making(origin, isPrivate), /it is never called\.$/, origin);
      }
    }
  });

  it('refuses loopback and private addresses that nobody named', () => {
    for (const origin of ['https://127.1/', 'https://10.0.0.1/', 'https://[::1]/']) {
      assert.throws(() => guardedFetch({ platform: 'n8n', origin, isPrivate: false }), /private/);
    }
  });

  it('refuses http over the internet, and what is no web address', () => {
    assert.throws(making('http://n8n.example/', false), /https/);
    assert.throws(making('ftp://n8n.example/', true), /web address/);
    assert.throws(making('n8n.example', true), /web address/);
  });

  for (const [opens, ...found] of [
    [true, '127.0.0.1'],
    [true, '8.8.8.8', '10.0.0.1'],
    [false, '::ffff:169.254.169.254'],
    [false, '127.0.0.1', '169.254.169.254'],
    [false, 'not an address'],
    [false],
  ] as const) {
    it(`refuses a name that resolves to ${found.join(' and ') || 'nothing'}`, async () => {
      const guarded = guardedFetch({
        platform: 'n8n',
        origin: 'https://n8n.example',
        isPrivate: false,
        resolve: () => Promise.resolve(found),
      });
      const request = { method: 'GET', url: 'https://n8n.example/', answer: 'json' } as const;
      const error = await failureOf(guarded(request, never));
      assert.equal(error.code, 'blocked');
      assert.equal(/--allow-private/.test(error.message), opens);
    });
  }

  it('refuses localhost with a dot at its end', async () => {
    const origin = 'https://localhost.';
    const guarded = guardedFetch({ platform: 'n8n', origin, isPrivate: false });
    const error = await failureOf(
      guarded({ method: 'GET', url: `${origin}/`, answer: 'json' }, never),
    );
    assert.ok(['blocked', 'unreachable'].includes(error.code));
  });

  it('looks again at each connection, so a name that moves inside is refused', async (test) => {
    let hits = 0;
    const origin = await listening(
      test,
      createServer((_request, response) => {
        hits += 1;
        response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
        response.end('{}');
      }),
    );
    const { port } = new URL(origin);
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const resolve: Resolve = () => Promise.resolve(answers.shift() ?? []);
    const named = `http://n8n.internal:${port}`;
    const guarded = guardedFetch({ platform: 'n8n', origin: named, isPrivate: true, resolve });
    const request = { method: 'GET', url: `${named}/`, answer: 'json' } as const;

    assert.equal((await guarded(request, never)).status, 200);
    assert.equal((await failureOf(guarded(request, never))).code, 'blocked');
    assert.equal(hits, 1);
  });

  it('calls its own origin only, without user or password', async () => {
    const guarded = guardedFetch({
      platform: 'n8n',
      origin: 'https://n8n.example',
      isPrivate: false,
      resolve: () => Promise.reject(new Error('must not be asked')),
    });
    for (const url of [
      'https://evil.example/',
      'http://n8n.example/',
      'https://n8n.example:8443/',
      'https://n8n.example@evil.example/',
      'https://user:pass@n8n.example/',
      'nonsense',
    ]) {
      const error = await failureOf(guarded({ method: 'GET', url, answer: 'json' }, never));
      assert.equal(error.code, 'blocked', url);
    }
  });

  it('does not follow a redirect to metadata, and says so', async (test) => {
    const seen: string[] = [];
    const redirecting: RequestListener = (request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' });
      response.end('body-text');
    };
    const error = await failureOf(callGuarded(test, redirecting));
    assert.equal(error.code, 'blocked');
    assert.match(error.message, /redirect/);
    assert.deepEqual(seen, ['/secret-path']);
  });
});

/** A guard of a server that answers everything but what hangs, until that is let go. */
async function aServerWhereSomeHang(test: TestContext, limits: Partial<Limits> = {}) {
  const held: (() => void)[] = [];
  const origin = await listening(
    test,
    createServer((request, response) => {
      const answer = () => sendsJson({})(request, response);
      if (request.url === '/hangs') held.push(answer);
      else answer();
    }),
  );
  const guarded = guardedFetch({ platform: 'n8n', origin, isPrivate: true, limits });
  const call = (method: 'GET' | 'POST', path: string, signal = never) =>
    guarded({ method, url: `${origin}${path}`, answer: 'json' }, signal);
  return { held, call };
}

describe('writes that get no answer', () => {
  it('keep neither the next ones out nor what is read', async (test) => {
    const { held, call } = await aServerWhereSomeHang(test);

    const hanging = Array.from({ length: 8 }, () => call('POST', '/hangs'));
    const others = await Promise.all([
      call('POST', '/answers'),
      ...Array.from({ length: 4 }, () => call('GET', '/answers')),
    ]);

    assert.deepEqual(
      others.map(({ status }) => status),
      [200, 200, 200, 200, 200],
    );
    await until('all of them are there', () => held.length === hanging.length);
    for (const answer of held) answer();
    await Promise.all(hanging);
  });
});

describe('reads that get no answer', () => {
  it('keep others out for a moment only, and get theirs when it comes', async (test) => {
    const { held, call } = await aServerWhereSomeHang(test, { holdsUpMs: 20 });

    const hanging = Array.from({ length: 8 }, () => call('GET', '/hangs'));
    const { status } = await call('GET', '/answers');

    assert.equal(status, 200);
    await until('all of them are there', () => held.length === hanging.length);
    for (const answer of held) answer();
    const answers = await Promise.all(hanging);
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
  });

  it('keep nobody waiting who gives up before it is sent', async (test) => {
    const { held, call } = await aServerWhereSomeHang(test, { holdsUpMs: 60_000 });
    const gaveUp = new AbortController();

    const hanging = Array.from({ length: 4 }, () => call('GET', '/hangs'));
    await until('all of them are there', () => held.length === hanging.length);
    const waiting = failureOf(call('GET', '/answers', gaveUp.signal));
    gaveUp.abort();

    assert.equal((await waiting).code, 'cut');
    for (const answer of held) answer();
    await Promise.all(hanging);
  });
});
