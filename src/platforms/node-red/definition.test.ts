import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { fileOf, tabId } from '../../testing/node-red/items.ts';
import { hashesOf } from './definition.ts';
import type { DefinitionHashes } from './definition.ts';

const nodes = [
  { type: 'http in', url: '/a', wires: [['n2']] },
  { type: 'http request', url: 'https://a.example', tls: 'cert' },
];
const cert = { id: 'cert', z: undefined, x: undefined, y: undefined, type: 'tls-config' };

function hashes(items: readonly object[], tab: Record<string, unknown> = {}): DefinitionHashes {
  const file = fileOf(items, tab);
  const found = file.tab(tabId);
  assert.ok(found);
  return hashesOf(file, found);
}

describe('the hash of a tab', () => {
  const before = hashes([...nodes, cert]);

  it('stays the same when it is renamed, moved or written in another order', () => {
    const moved = nodes.map((node, index) => ({ id: `n${index + 1}`, ...node, x: 7, name: 'new' }));

    assert.deepEqual(hashes([cert, ...moved.toReversed()], { label: 'New', info: 'x' }), before);
  });

  it('tells being on from being off, and keeps the content’s the same', () => {
    const off = hashes([...nodes, cert], { disabled: true });

    assert.equal(off.content, before.content);
    assert.notEqual(off.whole, before.whole);
    assert.deepEqual(hashes([...nodes, cert], { disabled: false }), before);
  });

  it('changes with anything that it does, also by what it uses', () => {
    const [first = {}, second = {}] = nodes;
    const changes = [
      hashes([first, { ...second, url: 'https://b.example' }, cert]),
      hashes([first, { ...second, d: true }, cert]),
      hashes([{ ...first, wires: [] }, second, cert]),
      hashes([...nodes, { ...cert, verifyservercert: false }]),
      hashes([...nodes, cert], { env: [{ name: 'A', value: '1', type: 'str' }] }),
      hashes([...nodes, cert, { id: 'n9', type: 'debug' }]),
      hashes([...nodes, cert, { id: 'g', type: 'group', env: [{ name: 'A', value: '1' }] }]),
    ];

    assert.equal(new Set([before, ...changes].map(({ content }) => content)).size, 8);
  });
});
