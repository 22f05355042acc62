import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { at, startBench } from './fake-bench.ts';
import type { AnyN8n, Bench } from './fake-bench.ts';
import { until } from './n8n-api.ts';
import { chain, http, webhook } from './nodes.ts';

/** How n8n 2.40.7 lets credentials be changed; the fake and the real one pass the same. */
export function n8nCredentialsAgreement(name: string, start: () => Promise<AnyN8n>): void {
  describe(`${name} lets credentials be changed as n8n 2.40.7`, () => {
    let bench: Bench;

    before(async () => {
      bench = await startBench(start);
    });
    after(() => bench.close());

    const make = (type: string, data: Readonly<Record<string, unknown>>) =>
      bench.api.createCredential({ name: `A ${type}`, type, data });
    const change = (id: string, data: object, isPartialData: boolean) =>
      bench.refusal('PATCH', `/credentials/${id}`, { data, isPartialData });

    it('asks for a scope of its own, and says which fields a type has', async () => {
      const id = await make('httpHeaderAuth', { name: 'x-key', value: 'one' });
      const few = await bench.n8n.apiKey(['credential:list']);
      const data = { allowedHttpRequestDomains: 'none' };
      const said = await bench.say('PATCH', `/api/v1/credentials/${id}`, {
        key: few,
        body: { data, isPartialData: true },
      });
      assert.equal(said.status, 403);
      const schema = await bench.say('GET', '/api/v1/credentials/schema/httpHeaderAuth');
      assert.deepEqual(Object.keys(Object(at(schema.body, 'properties'))), [
        'name',
        'value',
        'useCustomAuth',
        'allowedHttpRequestDomains',
        'allowedDomains',
      ]);
      const other = await bench.say('GET', '/api/v1/credentials/schema/telegramApi');
      assert.equal(at(other.body, 'properties', 'allowedHttpRequestDomains'), undefined);
      assert.equal(await bench.refusal('GET', '/credentials/schema/none'), '404 Not Found');
    });

    it('refuses fields and values that the type does not have', async () => {
      const id = await make('telegramApi', { accessToken: 'one' });
      assert.match(
        await change(id, { allowedHttpRequestDomains: 'none' }, true),
        /^400 .*additional property "allowedHttpRequestDomains"$/,
      );
      const other = await make('httpBasicAuth', { user: 'u', password: 'p' });
      assert.match(await change(other, { allowedHttpRequestDomains: 'x' }, true), /^400 .*enum/);
      assert.equal(await change('none', {}, true), '404 Credential not found');
    });

    it('keeps HTTP nodes from using it while it is blocked, and lists when it was changed', async () => {
      const id = await make('httpHeaderAuth', { name: 'x-key', value: 'one' });
      const credential = { id, name: 'A httpHeaderAuth', type: 'httpHeaderAuth' };
      const url = `${bench.counter.baseUrl}/locked`;
      const workflow = await bench.live(
        chain('Locked', [webhook('locked'), http(url, { credential })]),
      );
      const sent = async (): Promise<readonly unknown[]> => {
        const ended = (await bench.api.executions('success', workflow)).length;
        const failed = (await bench.api.executions('error', workflow)).length;
        await bench.say('GET', '/webhook/locked');
        await until('it has run', async () => {
          const good = (await bench.api.executions('success', workflow)).length;
          return good + (await bench.api.executions('error', workflow)).length > ended + failed;
        });
        return bench.counter.calls
          .filter(({ path }) => path === '/locked')
          .map(({ headers }) => headers['x-key']);
      };
      assert.deepEqual(await sent(), ['one']);
      const untouchedSince = await changedAt(bench, id);

      await change(id, { allowedHttpRequestDomains: 'none' }, true);
      assert.deepEqual(await sent(), ['one']);
      assert.ok((await changedAt(bench, id)) > untouchedSince);

      const elsewhere = { allowedHttpRequestDomains: 'domains', allowedDomains: 'api.example' };
      await change(id, elsewhere, true);
      assert.deepEqual(await sent(), ['one']);
      const here = { allowedHttpRequestDomains: 'domains', allowedDomains: 'a.example,127.0.0.1' };
      await change(id, here, true);
      assert.deepEqual(await sent(), ['one', 'one']);

      await change(id, { name: 'x-key', value: 'dud' }, false);
      assert.deepEqual(await sent(), ['one', 'one', 'dud'], 'replacing lifts a block');
    });
  });
}

async function changedAt(bench: Bench, id: string): Promise<string> {
  const { body } = await bench.say('GET', '/api/v1/credentials');
  const listed = Object(body).data.find((one: unknown) => at(one, 'id') === id);
  return String(at(listed, 'updatedAt'));
}
