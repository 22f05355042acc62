import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';

import { n8nApiAgreement } from './fake-api.contract.ts';
import type { AnyN8n } from './fake-bench.ts';
import { n8nCredentialsAgreement } from './fake-credentials.contract.ts';
import { startFakeN8n } from './fake-n8n.ts';
import type { FakeN8n, FakeN8nOptions } from './fake-n8n.ts';
import { n8nRunsAgreement } from './fake-runs.contract.ts';
import { N8nApi } from './n8n-api.ts';
import { chain, nothing, webhook } from './nodes.ts';

async function start(): Promise<AnyN8n> {
  const fake = await startFakeN8n();
  return {
    baseUrl: fake.baseUrl,
    apiKey: async (scopes) => fake.apiKey(scopes),
    stop: () => fake.stop(),
  };
}

n8nApiAgreement('the fake n8n', start);
n8nRunsAgreement('the fake n8n', start);
n8nCredentialsAgreement('the fake n8n', start);

async function aFake(
  test: TestContext,
  options: FakeN8nOptions = {},
): Promise<{ fake: FakeN8n; api: N8nApi }> {
  const fake = await startFakeN8n({ settleMs: 0, ...options });
  test.after(() => fake.stop());
  return { fake, api: new N8nApi(fake.baseUrl, fake.apiKey()) };
}

async function aHook(api: N8nApi, path = 'hook'): Promise<string> {
  const { id } = await api.createWorkflow(chain('Hook', [webhook(path), nothing()]));
  await api.publish(id);
  return id;
}

async function status(fake: FakeN8n, path = 'hook'): Promise<number> {
  return (await fetch(`${fake.baseUrl}/webhook/${path}`)).status;
}

describe('the fake n8n can be told', () => {
  it('to hold back what was unpublished until it drains', async (test) => {
    const { fake, api } = await aFake(test);
    const id = await aHook(api);
    fake.workflows.hold();

    await api.unpublish(id);
    assert.equal((await api.workflow(id)).active, false);
    assert.equal(await status(fake), 200);

    fake.workflows.drain();
    assert.equal(await status(fake), 404);
  });

  it('to lie about unpublishing, in two ways', async (test) => {
    const { fake, api } = await aFake(test);
    const running = await aHook(api, 'running');
    const staying = await aHook(api, 'staying');
    fake.workflows.lies.set(running, 'keeps running').set(staying, 'stays active');

    await api.unpublish(running);
    await api.unpublish(staying);

    assert.equal((await api.workflow(running)).active, false);
    assert.equal(await status(fake, 'running'), 200);
    assert.equal((await api.workflow(staying)).active, true);
    assert.equal(await status(fake, 'staying'), 200);
  });

  it('to fail as networks and proxies do, so often and on such calls', async (test) => {
    const { fake, api } = await aFake(test);
    const id = await aHook(api);
    const call = async (): Promise<string> => {
      try {
        const headers = { 'x-n8n-api-key': fake.apiKey() };
        const answer = await fetch(`${fake.baseUrl}/api/v1/workflows/${id}`, {
          headers,
          redirect: 'manual',
        });
        const text = await answer.text();
        return `${answer.status} ${answer.headers.get('retry-after') ?? ''} ${text.slice(0, 12)}`;
      } catch {
        return 'cut';
      }
    };
    const path = new RegExp(id);
    const seen = async (fault: Parameters<typeof fake.faults.add>[0]['fault']): Promise<string> => {
      fake.faults.add({ fault, path, times: 1 });
      return call();
    };

    assert.match(await seen({ kind: 'rate_limited', retryAfter: '7' }), /^429 7/);
    assert.match(
      await seen({ kind: 'status', status: 503, message: 'later' }),
      /^503 {2}\{"message"/,
    );
    assert.equal(await seen({ kind: 'cut', when: 'before' }), 'cut');
    assert.match(await seen({ kind: 'html' }), /^200 {2}<!doctype/);
    assert.match(await seen({ kind: 'redirect', to: 'http://169.254.169.254/' }), /^302/);
    assert.match(await seen({ kind: 'huge', bytes: 10 }), /^200 {2}\{"data":\[\]/);
    assert.match(await call(), /^200 {2}\{"id":"fake/);
    fake.faults.add({ fault: { kind: 'html' }, method: 'POST' });
    assert.match(await call(), /^200 {2}\{"id":"fake/);
  });

  it('to act and then break the connection', async (test) => {
    const { fake, api } = await aFake(test);
    const id = await aHook(api);
    fake.faults.add({ fault: { kind: 'cut', when: 'after' }, method: 'POST', times: 1 });

    await assert.rejects(api.unpublish(id));

    assert.equal((await api.workflow(id)).active, false);
  });

  it('to be older: endpoints are missing, and unpublishing is at once', async (test) => {
    const { fake } = await aFake(test, { without: /discover|publish|stop/ });
    const headers = { 'x-n8n-api-key': fake.apiKey() };
    const ask = async (method: string, path: string): Promise<number> =>
      (await fetch(`${fake.baseUrl}/api/v1${path}`, { method, headers })).status;

    assert.equal(await ask('GET', '/discover'), 404);
    // A path that is known for another method, the old form of `versions`.
    assert.equal(await ask('POST', '/workflows/x/unpublish'), 405);
    assert.equal(await ask('POST', '/workflows/x/deactivate'), 404);
    assert.equal(await ask('POST', '/executions/stop'), 405);
  });

  it('that somebody changes a draft, and it remembers each call', async (test) => {
    const { fake, api } = await aFake(test);
    const id = await aHook(api);
    const before = await api.workflow(id);

    fake.changeDraft(id);

    const after = await api.workflow(id);
    assert.notEqual(after.versionId, before.versionId);
    assert.equal(after.activeVersionId, before.activeVersionId);
    assert.deepEqual(
      fake.received.slice(-2).map(({ method, path }) => `${method} ${path}`),
      [`GET /api/v1/workflows/${id}`, `GET /api/v1/workflows/${id}`],
    );
  });
});
