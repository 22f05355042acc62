import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, describe, it } from 'node:test';

import { callEntrance } from '../platforms/sandbox/entrances.ts';
import { anEstate } from '../testing/sandbox-estate.ts';
import { scriptedEntrance } from '../testing/shell.ts';
import { startServer } from './server.ts';

const never = new AbortController().signal;
const shop = anEstate();
const failures: unknown[] = [];
const server = await startServer({
  port: 0,
  doors: { publicUrl: 'https://firebreak.example', trustedProxies: ['127.0.0.1'] },
  instanceId: 'instance-1',
  entrance: scriptedEntrance({}),
  callEntrance: async (connection, sent) =>
    connection === 'shop' ? callEntrance(shop.estate, sent) : undefined,
  onFailure: (error) => {
    failures.push(error);
    return 'ref-1';
  },
});
after(() => server.close());

/** A call with headers that `fetch` does not let anyone set. */
function call(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<{ readonly status: number; readonly text: string; readonly allow: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/sandbox/${path}`, { method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          text,
          allow: answer.headers['access-control-allow-methods'] ?? '',
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function callsOf(name: string): Promise<number> {
  return (await shop.named(name)).calls.length;
}

describe('the webhooks of a simulated platform', () => {
  it('answer a plain call, with slashes and any body, until they are off', async () => {
    const url = `${server.url}/sandbox/shop/webhook`;
    const started = await fetch(`${url}/returns`, { method: 'POST', body: '{"a":' });
    assert.deepEqual(
      [started.status, await started.json()],
      [200, { message: 'Workflow was started' }],
    );
    assert.equal(await callsOf('Return approved'), 1);
    assert.equal((await call('shop/webhook/orders/new', {}, 'POST')).status, 403, 'guarded');

    await shop.platform.disable((await shop.named('Return approved')).id, never);
    shop.clock.forward(1_000);
    const off = await fetch(`${url}/returns`, { method: 'POST' });
    assert.equal(off.status, 404);
    assert.match(
      await off.text(),
      /^\{"code":404,"message":"The requested webhook \\"POST returns/,
    );
    assert.equal(await callsOf('Return approved'), 1);
  });

  it('answer a preflight as n8n does, and a HEAD starts nothing', async () => {
    const before = await callsOf('Address cleanup');
    const asking = { origin: 'http://a.test', 'access-control-request-method': 'GET' };
    const live = await call('shop/webhook/cleanup-7f3a', asking, 'OPTIONS');
    assert.deepEqual([live.status, live.allow], [204, 'OPTIONS, GET']);
    assert.equal((await call('shop/webhook/cleanup-7f3a', {}, 'HEAD')).status, 404);
    assert.equal(await callsOf('Address cleanup'), before);
  });

  it('are not there for connections that are real or unknown', async () => {
    const { status, text } = await call('prod/webhook/cleanup-7f3a');
    assert.deepEqual([status, JSON.parse(text).refused.code], [404, 'not_found']);
    for (const path of [
      '%00/webhook/x',
      'shop',
      'shop/webhook',
      'shop/webhook/',
      'shop/elsewhere/x',
    ]) {
      assert.equal((await call(path)).status, 404, path);
    }
  });

  it('answer to nobody but this machine, and to no page of the web', async () => {
    const before = await callsOf('Address cleanup');
    const path = 'shop/webhook/cleanup-7f3a';
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '6.6.6.6' };
    assert.equal((await call(path, { host: 'firebreak.example', ...proxied })).status, 403);
    assert.equal((await call(path, { host: 'evil.test' })).status, 421);
    assert.equal((await call(path, proxied)).status, 421);
    assert.equal((await call(path, { origin: 'https://evil.test' })).status, 403);
    assert.equal((await call(path, { 'sec-fetch-site': 'cross-site' })).status, 403);
    const preflight = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };
    assert.equal((await call(path, preflight, 'OPTIONS')).status, 403);
    assert.equal(await callsOf('Address cleanup'), before);
    assert.equal((await call(path, { 'sec-fetch-site': 'none' })).status, 200, 'typed by a person');
  });

  it('do not trip over an address that cannot be decoded', async () => {
    assert.equal((await call('shop/webhook/%E0%A4%A')).status, 404);
    assert.deepEqual(failures, []);
  });
});
