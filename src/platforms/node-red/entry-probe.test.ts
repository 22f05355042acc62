import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import { never } from '../../testing/guarded.ts';
import type { Prober } from './entry-probe.ts';
import { probe } from './entry-probe.ts';

/** A Node-RED of which every address answers so. */
function answering(status: number, allow?: string): Prober {
  const header = (name: string) => (name === 'allow' ? allow : undefined);
  return {
    api: { options: () => Promise.resolve({ status, header, body: '' }) },
    lanes: { take: (work) => work() },
  };
}

const orders = { path: '/orders', method: 'POST' };

describe('a probe of an address of Node-RED', () => {
  it('is dead by 404, or when its method is not among those that are served', async () => {
    assert.equal(await probe(answering(404), orders, never), 'dead');
    assert.equal(await probe(answering(200, 'GET,HEAD'), orders, never), 'dead');
    assert.equal(await probe(answering(200, 'get, post'), orders, never), 'live');
  });

  it('is not known by an answer that anything in front of Node-RED could have given', async () => {
    for (const status of [204, 301, 400, 401, 403, 405, 429, 500, 502, 503]) {
      assert.equal(await probe(answering(status), orders, never), 'unknown', String(status));
    }
    assert.equal(await probe(answering(200), orders, never), 'unknown', 'no list of methods');
  });

  it('is not known when nothing answers', async () => {
    const silent: Prober = {
      api: {
        options: () => Promise.reject(new PlatformError('node-red', 'unavailable', 'No answer.')),
      },
      lanes: { take: (work) => work() },
    };
    assert.equal(await probe(silent, orders, never), 'unknown');
  });
});
