import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { graphSvg } from '../domain/graph-svg.ts';
import type { Graph } from '../domain/graph.ts';
import { pngOf } from './png.ts';

function aGraph(label: string, amount = 1): Graph {
  const nodes = Array.from({ length: amount }, (_, index) => ({
    id: `n${index}`,
    kind: 'workflow' as const,
    label,
  }));
  return { nodes, edges: [], omissions: [] };
}

/** Width and height from the header of a PNG. */
function sizeOf(bytes: Uint8Array): readonly number[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assert.equal(view.toString('latin1', 1, 4), 'PNG');
  return [view.readUInt32BE(16), view.readUInt32BE(20)];
}

describe('a picture as PNG', () => {
  it('has the size of the SVG, half as large again, and is the same each time', async () => {
    const svg = graphSvg(aGraph('Charge cards'), { title: 'Around w1' });
    const [, width, height] = / width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const { bytes, whole } = await pngOf(svg);
    assert.deepEqual(sizeOf(bytes), [Number(width) * 1.5, Number(height) * 1.5].map(Math.round));
    assert.ok(whole);
    assert.deepEqual((await pngOf(svg)).bytes, bytes);
  });

  it('writes text: another name gives other pixels', async () => {
    const [one, other] = await Promise.all(
      ['Refund', 'Rеfund'].map((label) => pngOf(graphSvg(aGraph(label), { title: '' }))),
    );
    assert.ok(one?.whole && other?.whole, 'Cyrillic can be drawn too');
    const third = await pngOf(graphSvg(aGraph('Payout'), { title: '' }));
    assert.notDeepEqual(third.bytes, one?.bytes);
  });

  it('says when a name holds characters that cannot be drawn', async () => {
    for (const label of ['請求書', 'Alarm 🔥', 'ใบแจ้งหนี้']) {
      assert.equal((await pngOf(graphSvg(aGraph(label), { title: '' }))).whole, false, label);
    }
  });

  it('never gets too tall for chat', async () => {
    const { bytes } = await pngOf(graphSvg(aGraph('W', 60), { title: '' }));
    assert.ok(Math.max(...sizeOf(bytes)) <= 4_000);
  });
});
