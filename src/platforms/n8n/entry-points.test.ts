import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { aNode } from '../../testing/n8n/sample-nodes.ts';
import type { GivenNode } from '../../testing/n8n/sample-nodes.ts';
import { readNodes } from './analyse-node.ts';
import { entryPointsOf } from './entry-points.ts';

function entries(given: GivenNode): (readonly [string, string, string | undefined])[] {
  return entryPointsOf('wf1', readNodes([aNode(given)])).map(
    ({ kind, method, path }) => [kind, method, path] as const,
  );
}

const webhookId = '0fd9764a-8cfc-43ae-940b-8013ef96c279';

describe('entryPointsOf', () => {
  it('knows webhooks as n8n serves them', () => {
    const hook = (parameters: object, more: object = { webhookId }) =>
      entries({ type: 'webhook', parameters, ...more });
    assert.deepEqual(hook({ path: 'a/b', httpMethod: 'POST' }), [
      ['webhook', 'POST', '/webhook/a/b'],
    ]);
    assert.deepEqual(hook({ path: '/lead/' }), [['webhook', 'GET', '/webhook/lead']]);
    assert.deepEqual(hook({ path: 'user/:id' }), [
      ['webhook', 'GET', `/webhook/${webhookId}/user/%3Aid`],
    ]);
    assert.deepEqual(hook({}), [['webhook', 'GET', `/webhook/${webhookId}`]]);
    assert.deepEqual(hook({ path: 'm', httpMethod: ['GET', 'PUT'] }), [
      ['webhook', 'GET', '/webhook/m'],
      ['webhook', 'PUT', '/webhook/m'],
    ]);
    assert.deepEqual(hook({ path: 'with space/ü?x#y' }), [
      ['webhook', 'GET', '/webhook/with%20space/%C3%BC%3Fx%23y'],
    ]);
    assert.deepEqual(hook({ path: 'p' }, { name: 'My Hook' }), [
      ['webhook', 'GET', '/webhook/wf1/my%20hook/p'],
    ]);
  });

  it('knows forms, chats, MCP servers and triggers of services', () => {
    const form = { type: 'formTrigger', webhookId };
    assert.deepEqual(entries({ ...form, typeVersion: 2.2, parameters: {} }), [
      ['form', 'POST', `/form/${webhookId}`],
    ]);
    assert.deepEqual(
      entries({ ...form, typeVersion: 2.2, parameters: { options: { path: 'apply' } } }),
      [['form', 'POST', '/form/apply']],
    );
    assert.deepEqual(entries({ ...form, typeVersion: 1, parameters: { path: 'apply' } }), [
      ['form', 'POST', '/form/apply/n8n-form'],
    ]);
    assert.deepEqual(entries({ type: 'chatTrigger', webhookId }), [
      ['chat', 'POST', `/webhook/${webhookId}/chat`],
    ]);
    const mcp = { type: 'mcpTrigger', webhookId, parameters: { path: 'tools' } };
    assert.deepEqual(entries({ ...mcp, typeVersion: 1.1 }), [['mcp', 'GET', '/mcp/tools/sse']]);
    assert.deepEqual(entries({ ...mcp, typeVersion: 2 }), [['mcp', 'POST', '/mcp/tools']]);
    assert.deepEqual(entries({ type: 'telegramTrigger', webhookId }), [
      ['service', 'POST', `/webhook/${webhookId}/webhook`],
    ]);
  });

  it('has no path for what is only known when it runs, or leads elsewhere', () => {
    for (const path of ['={{ $json.path }}', '..', '../api/v1/users', 'a/./b', 'a\uD800']) {
      const [entry] = entries({ type: 'webhook', parameters: { path }, webhookId });
      assert.deepEqual(entry, ['webhook', 'GET', undefined], path);
    }
  });

  it('leaves out disabled nodes and nodes that nobody can call', () => {
    assert.deepEqual(entries({ type: 'webhook', webhookId, disabled: true }), []);
    assert.deepEqual(entries({ type: 'scheduleTrigger' }), []);
    assert.deepEqual(entries({ type: 'wait', webhookId }), []);
  });

  it('never leaves the place below which n8n serves entry points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const [entry] = entryPointsOf(
          'wf1',
          readNodes([aNode({ type: 'webhook', parameters: { path }, webhookId })]),
        );
        if (entry?.path === undefined) return;
        const url = new URL(`https://n8n.example${entry.path}`);
        assert.ok(url.pathname.startsWith('/webhook/'), url.pathname);
        assert.deepEqual([url.search, url.hash], ['', '']);
      }),
    );
  });
});
