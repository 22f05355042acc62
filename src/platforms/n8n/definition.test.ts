import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNode } from '../../testing/n8n/sample-nodes.ts';
import { workflowAnswer } from './answers.ts';
import type { N8nWorkflow } from './answers.ts';
import { hashesOf, liveVersionOf } from './definition.ts';

const nodes = [aNode({ type: 'webhook', parameters: { path: 'a', httpMethod: 'GET' } })];

function workflow(more: object = {}): N8nWorkflow {
  return workflowAnswer.parse({
    id: 'w1',
    name: 'Orders',
    active: true,
    versionId: 'v1',
    activeVersionId: 'v1',
    nodes,
    connections: {},
    settings: { executionOrder: 'v1' },
    activeVersion: { versionId: 'v1', nodes, connections: {} },
    ...more,
  });
}

const off = { active: false, activeVersionId: null, activeVersion: null };

describe('hashesOf', () => {
  it('does not depend on the order of keys, on names, tags or what n8n rewrites', () => {
    const turned = nodes.map((node) => Object.fromEntries(Object.entries(node).toReversed()));
    const other = workflow({
      nodes: turned,
      name: 'Renamed',
      tags: [{ name: 'hold' }],
      staticData: { last: 7 },
      pinData: { A: [{ json: {} }] },
      triggerCount: 3,
      updatedAt: '2026-11-22T08:00:00.000Z',
      shared: [{ role: 'workflow:owner', projectId: 'p', project: { name: 'P' } }],
    });
    assert.deepEqual(hashesOf(other), hashesOf(workflow()));
  });

  it('differs with every change of what it does', () => {
    const changed = [aNode({ type: 'webhook', parameters: { path: 'b', httpMethod: 'GET' } })];
    const variants = [
      workflow(),
      workflow({ nodes: changed }),
      workflow({ connections: { a: {} } }),
      workflow({ settings: { errorWorkflow: 'x' } }),
      workflow({ activeVersion: { versionId: 'v1', nodes: changed, connections: {} } }),
      workflow({ activeVersion: { versionId: 'v2', nodes, connections: {} } }),
      workflow(off),
      workflow({ ...off, isArchived: true }),
    ];
    assert.equal(new Set(variants.map((one) => hashesOf(one).whole)).size, variants.length);
  });

  it('keeps the content apart from the activation', () => {
    assert.equal(hashesOf(workflow(off)).content, hashesOf(workflow()).content);
    const changed = workflow({ connections: { a: {} } });
    assert.notEqual(hashesOf(changed).content, hashesOf(workflow()).content);
  });

  it('tells whether the draft differs from what runs, by content and not by version', () => {
    assert.equal(hashesOf(workflow()).draftDiffers, false);
    assert.equal(hashesOf(workflow({ versionId: 'v2' })).draftDiffers, false);
    assert.equal(hashesOf(workflow({ connections: { a: {} } })).draftDiffers, true);
    assert.equal(hashesOf(workflow(off)).draftDiffers, false);
  });

  it('has a form for what RFC 8785 has none for', () => {
    const half = workflow({ nodes: [aNode({ name: '\uD800' })] });
    assert.match(hashesOf(half).whole, /^[0-9a-f]{64}$/);
  });
});

describe('liveVersionOf', () => {
  it('is never lost because it came without its log, or in a form of its own', () => {
    const bare = workflow({ nodes: [], activeVersion: { versionId: 'v1', nodes } });
    assert.equal(liveVersionOf(bare)?.nodes.length, 1);
    assert.throws(() => workflow({ activeVersion: 'v1' }));
  });

  it('is the published version, not the draft', () => {
    const live = liveVersionOf(workflow({ nodes: [] }));
    assert.deepEqual([live?.versionId, live?.nodes.length], ['v1', 1]);
    assert.equal(liveVersionOf(workflow(off)), undefined);
  });

  it('is the draft where n8n keeps no versions', () => {
    const old = workflow({ versionId: null, activeVersionId: undefined, activeVersion: undefined });
    assert.deepEqual(liveVersionOf(old), { versionId: undefined, nodes, connections: {} });
  });
});
