import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anEstate } from '../../testing/sandbox-estate.ts';
import type { TestEstate } from '../../testing/sandbox-estate.ts';
import { callEntrance } from './entrances.ts';

const never = new AbortController().signal;
const asking = { origin: 'https://shop.example', 'access-control-request-method': 'GET' };

function caller({ estate }: TestEstate) {
  return (method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
    callEntrance(estate, { method, path, header: (name) => headers[name] });
}

describe('an entrance of the sandbox', () => {
  it('starts its workflow until it is really off, whatever the list says', async () => {
    const shop = anEstate();
    const call = caller(shop);
    const { id } = await shop.named('Address cleanup');
    assert.deepEqual(await call('GET', 'cleanup-7f3a'), {
      status: 200,
      headers: {},
      body: { message: 'Workflow was started' },
    });
    const { calls } = await shop.named('Address cleanup');
    assert.deepEqual(calls, [{ at: shop.clock.now().getTime(), mode: 'webhook' }]);

    await shop.platform.disable(id, never);
    assert.equal((await shop.platform.observe(id, never)).active, false);
    assert.equal((await call('GET', 'cleanup-7f3a')).status, 200, 'listed as off, and it runs');
    shop.clock.forward(1_000);

    assert.deepEqual(await call('GET', 'cleanup-7f3a'), {
      status: 404,
      headers: {},
      body: { code: 404, message: 'The requested webhook "GET cleanup-7f3a" is not registered.' },
    });
  });

  it('tells another method apart from an address that nobody has', async () => {
    const call = caller(anEstate());
    const other = await call('POST', 'cleanup-7f3a');
    assert.equal(other.status, 404);
    assert.match(String(other.body?.['message']), /not registered for POST.*make a GET request/);
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      assert.equal((await call(method, 'nobody')).status, 404, method);
    }
    assert.equal((await call('HEAD', 'cleanup-7f3a')).status, 404, 'and nothing was started');
  });

  it('that is guarded refuses whoever comes, and starts nothing', async () => {
    const shop = anEstate();
    const answer = await caller(shop)('POST', 'orders/new');
    assert.deepEqual(answer.body, { code: 403, message: 'Authorization data is wrong!' });
    assert.deepEqual((await shop.named('New order → warehouse')).calls, []);
  });

  it('says what is registered to a preflight with both headers, and starts nothing', async () => {
    const shop = anEstate();
    const call = caller(shop);
    const methodsOf = async (path: string, headers: Readonly<Record<string, string>>) => {
      const { status, headers: sent } = await call('OPTIONS', path, headers);
      return [status, sent['access-control-allow-methods']];
    };
    assert.deepEqual(await methodsOf('cleanup-7f3a', asking), [204, 'OPTIONS, GET']);
    assert.deepEqual(await methodsOf('nobody', asking), [500, 'OPTIONS']);
    assert.deepEqual(await methodsOf('nobody', {}), [204, undefined]);
    assert.deepEqual(await methodsOf('nobody', { origin: asking.origin }), [204, 'OPTIONS']);
    assert.deepEqual((await shop.named('Address cleanup')).calls, []);
  });
});
