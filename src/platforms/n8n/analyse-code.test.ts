import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aCall, factsOf, ofKind } from '../../testing/n8n/sample-nodes.ts';
import type { GivenNode } from '../../testing/n8n/sample-nodes.ts';

function api(given: GivenNode): string[] {
  return ofKind('platform_api', factsOf([given])).map(({ label }) => label ?? '');
}

describe('reach', () => {
  it('names code, host access, environment reads and installed packages', () => {
    const facts = factsOf([
      { type: 'code', name: 'Py', parameters: { pythonCode: 'import os; os.environ["A"]' } },
      {
        type: '@n8n/n8n-nodes-langchain.code',
        name: 'LC',
        parameters: { code: { execute: { code: 'x' } } },
      },
      { type: 'executeCommand', name: 'Cmd', parameters: { command: 'id' } },
      { type: 'executeCommandTool', name: 'Tool', parameters: { command: 'id' } },
      { type: 'set', name: 'Env', parameters: { value: '={{ $env.SECRET }}' } },
      { type: '@evil/n8n-nodes-x.thing', name: 'Ext' },
    ]);

    assert.deepEqual(
      ofKind('code', facts).map(({ value }) => value),
      ['Py', 'LC'],
    );
    assert.deepEqual(
      ofKind('host_access', facts).map(({ value }) => value),
      ['Cmd', 'Tool'],
    );
    assert.deepEqual(
      ofKind('env', facts).map(({ value }) => value),
      ['Py', 'Env'],
    );
    assert.deepEqual(ofKind('package', facts), [{ value: '@evil/n8n-nodes-x' }]);
    assert.ok(ofKind('node', facts).some(({ value }) => value === 'thing'));
  });

  it('names nodes that can undo containment through the API of n8n', () => {
    assert.deepEqual(api({ type: 'n8n', parameters: { operation: 'activate' } }), [
      'workflow activate',
    ]);
    assert.deepEqual(api(aCall('http://localhost:5678/api/v1/workflows/x/activate')), [
      'calls the n8n API',
    ]);
    assert.deepEqual(api(aCall('=http://{{ $json.h }}/api/v1/{{ $json.p }}')), [
      'calls the n8n API',
    ]);
    assert.deepEqual(
      api({ type: 'code', parameters: { jsCode: "headers: {'X-N8N-API-KEY': k}" } }),
      ['calls the n8n API'],
    );
    assert.deepEqual(api({ type: 'httpRequest', credentials: { n8nApi: { id: 'c1' } } }), [
      'holds an n8n API key',
    ]);
    assert.deepEqual(api(aCall('https://other.test/api/v1/orders')), []);
  });
});
