import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { sandboxKey } from '../domain/connection.ts';
import { Secret } from '../domain/secret.ts';
import { PlatformError } from '../errors.ts';
import { listening } from '../testing/loopback.ts';
import { editorUser } from '../testing/n8n/fake-editor.ts';
import { startFakeN8n } from '../testing/n8n/fake-n8n.ts';
import { testFingerprint } from '../testing/n8n/sample-nodes.ts';
import { standIn } from '../testing/node-red/stand-in.ts';
import { aConnection } from '../testing/nouns.ts';
import { openPlatforms } from './open.ts';
import { sandboxEstates } from './sandbox/open.ts';

const at = (baseUrl: string, privateHostAllowed: boolean) =>
  aConnection({ baseUrl, privateHostAllowed });

const sandboxAt = (baseUrl: string) => aConnection({ kind: 'sandbox', baseUrl });

function isBlocked(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'blocked';
}

function estatesIn(directory: string): ReturnType<typeof sandboxEstates> {
  return sandboxEstates({ directory, now: () => new Date(), wait: (ms) => delay(ms) });
}

const never = new AbortController().signal;
const open = openPlatforms({
  now: () => new Date(),
  fingerprint: testFingerprint,
  estateAt: estatesIn(join(tmpdir(), 'firebreak-no-such-directory')),
});

describe('openPlatforms', () => {
  it('opens a connection by its kind, below whatever path it is served', async (test) => {
    const fake = await startFakeN8n();
    test.after(() => fake.stop());
    for (const path of ['', '/', '/api/v1']) {
      const platform = open(at(`${fake.baseUrl}${path}`, true), new Secret(fake.apiKey()));
      assert.equal(platform.kind, 'n8n');
      assert.deepEqual((await platform.probe(never)).missing, []);
    }
  });

  it('keeps sockets for those who do not give way', async (test) => {
    const server = createServer((request, response) => {
      // Whoever looks is never answered.
      if (request.url?.startsWith('/look/') !== true) response.writeHead(401).end('{}');
    });
    const origin = await listening(test, server);
    const given = new AbortController();
    const looking = open(at(`${origin}/look`, true), new Secret('key'), async () => {});
    const looks = Array.from({ length: 12 }, () =>
      assert.rejects(looking.observe('a', given.signal)),
    );
    await assert.rejects(
      open(at(`${origin}/act`, true), new Secret('key')).observe('a', never),
      (error) => error instanceof PlatformError && error.code === 'unauthorized',
    );
    given.abort();
    await Promise.all(looks);
  });

  it('lets who gives way say so before each call', async (test) => {
    const { baseUrl, got } = await standIn(test, () => ({ status: 401, body: {} }));
    const taken = new Error('It is taken.');
    for (const kind of ['n8n', 'node-red'] as const) {
      const connection = aConnection({ kind, baseUrl, privateHostAllowed: true });
      const platform = open(connection, new Secret('key'), () => Promise.reject(taken));
      await assert.rejects(platform.takeInventory(never), taken);
    }
    assert.deepEqual(got, []);
  });

  it('signs in to an n8n once for all connectors of a connection and its secret', async (test) => {
    const fake = await startFakeN8n();
    test.after(() => fake.stop());
    const key = fake.apiKey();
    const { email, password } = editorUser;
    const connection = at(fake.baseUrl, true);

    for (const session of [password, password, 'mistyped']) {
      const platform = open(connection, new Secret(`${key}\n${email}:${session}`));
      const { capabilities } = await platform.probe(never);
      assert.equal(capabilities.publicationStatus, session === password);
    }
    const without = await open(connection, new Secret(key)).probe(never);

    assert.equal(without.capabilities.publicationStatus, undefined);
    const signIns = fake.received.filter(({ path }) => path === '/rest/login');
    assert.equal(signIns.length, 2);
  });

  it('signs in to a Node-RED once for all connectors of a connection and its secret', async (test) => {
    const { baseUrl, got } = await standIn(test, ({ call }) => {
      if (call === 'GET /auth/login') return { status: 200, body: { type: 'credentials' } };
      if (call === 'POST /auth/token') return { status: 200, body: { access_token: 't' } };
      const isRead = call === 'GET /flows' || call === 'GET /flows/state';
      return isRead ? { status: 200, body: { rev: 'r', flows: [], state: 'start' } } : undefined;
    });
    const connection = aConnection({ kind: 'node-red', baseUrl, privateHostAllowed: true });

    for (const secret of ['bot:one', 'bot:one', 'bot:two']) {
      const platform = open(connection, new Secret(secret));
      await assert.rejects(platform.observe('none', never), /no such tab/);
    }

    assert.equal(got.filter(({ call }) => call === 'POST /auth/token').length, 2);
  });

  it('calls no private host that nobody named, and metadata never', () => {
    const key = new Secret('k');
    assert.throws(() => open(at('https://10.0.0.7:5678', false), key), isBlocked);
    assert.throws(() => open(at('http://n8n.example', false), key), isBlocked);
    assert.throws(() => open(at('http://169.254.169.254', true), key), isBlocked);
  });

  it('opens a sandbox that is kept in a file, and no other address than its own', async (test) => {
    const directory = await mkdtemp(join(tmpdir(), 'fb-open-'));
    test.after(() => rm(directory, { recursive: true, force: true }));
    const openHere = openPlatforms({
      now: () => new Date(),
      fingerprint: testFingerprint,
      estateAt: estatesIn(directory),
    });
    const platform = openHere(sandboxAt('sandbox://shop/7/50'), new Secret(sandboxKey));
    assert.equal((await platform.takeInventory(never)).workflows.length, 50);
    assert.deepEqual(await readdir(directory), ['shop-7-50.json']);
    for (const baseUrl of ['sandbox://bank', 'sandbox://shop/x', 'sandbox://shop/../../etc']) {
      assert.throws(() => openHere(sandboxAt(baseUrl), new Secret(sandboxKey)), /no such sandbox/);
    }
  });
});
