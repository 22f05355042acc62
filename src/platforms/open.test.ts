import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Connection } from '../domain/connection.ts';
import { Secret } from '../domain/secret.ts';
import { PlatformError } from '../errors.ts';
import { startFakeN8n } from '../testing/n8n/fake-n8n.ts';
import { testFingerprint } from '../testing/n8n/sample-nodes.ts';
import { openPlatforms } from './open.ts';

function aConnection(baseUrl: string, privateHostAllowed: boolean): Connection {
  return {
    id: 'c1',
    name: 'prod',
    kind: 'n8n',
    baseUrl,
    privateHostAllowed,
    environment: 'drill',
    epoch: 1,
    capabilities: {
      disable: 'none',
      enable: false,
      stop: false,
      listExecutions: false,
      listCredentials: false,
      listUsers: false,
      versions: false,
    },
    missing: [],
    hasSecret: true,
    connectedAt: new Date(0),
    revision: 1,
  };
}

function isBlocked(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'blocked';
}

const never = new AbortController().signal;
const open = openPlatforms({ now: () => new Date(), fingerprint: testFingerprint });

describe('openPlatforms', () => {
  it('opens a connection by its kind, below whatever path it is served', async (test) => {
    const fake = await startFakeN8n();
    test.after(() => fake.stop());
    for (const path of ['', '/', '/api/v1']) {
      const platform = open(aConnection(`${fake.baseUrl}${path}`, true), new Secret(fake.apiKey()));
      assert.equal(platform.kind, 'n8n');
      assert.deepEqual((await platform.probe(never)).missing, []);
    }
  });

  it('calls no private host that nobody named, and metadata never', () => {
    const key = new Secret('k');
    assert.throws(() => open(aConnection('https://10.0.0.7:5678', false), key), isBlocked);
    assert.throws(() => open(aConnection('http://n8n.example', false), key), isBlocked);
    assert.throws(() => open(aConnection('http://169.254.169.254', true), key), isBlocked);
  });
});
