import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { layoutOf } from './graph-layout.ts';
import type { LineNote } from './graph-notes.ts';
import { versionNotes } from './graph-notes.ts';
import { shapeOf, styleOf, paper, lineLabels, lineOf } from './graph-style.ts';
import { graphSvg } from './graph-svg.ts';
import { cut, textWidth } from './graph-text.ts';
import type { Graph, GraphEdge, GraphNode, GraphNodeKind } from './graph.ts';
import { graphNodeKinds } from './graph.ts';

function aNode(id: string, kind: GraphNodeKind, given: Partial<GraphNode> = {}): GraphNode {
  return { id, kind, label: id, ...given };
}

const line = (from: string, to: string, label = 'calls'): GraphEdge => ({ from, to, label });

const small: Graph = {
  nodes: [
    aNode('hook', 'webhook'),
    aNode('a', 'workflow', { ref: 'w1', state: 'affected' }),
    aNode('b', 'workflow', { ref: 'w2', state: 'contained' }),
    aNode('stripe', 'credential', { ref: 'c1' }),
    aNode('evil.example', 'host'),
  ],
  edges: [
    line('hook', 'a', 'starts'),
    line('a', 'b'),
    line('a', 'stripe', 'uses'),
    line('b', 'evil.example', 'sends to (live only)'),
  ],
  omissions: ['1 host of w2 known only at run time, hence not drawn.'],
};

/** Sixty things, drawn by chance that repeats. */
function tangled(): Graph {
  let state = 7;
  const below = (limit: number) => (state = (state * 16_807) % 2_147_483_647) % limit;
  const nodes = Array.from({ length: 60 }, (_, index) =>
    aNode(`n${index}`, graphNodeKinds[index % graphNodeKinds.length] ?? 'workflow'),
  );
  const edges = Array.from({ length: 110 }, () => line(`n${below(60)}`, `n${below(60)}`));
  return { nodes, edges, omissions: [] };
}

/**
 * Reads it as strictly as a reader of XML: tags are closed in order, nothing else is markup.
 *
 * @returns the names of all tags and attributes
 */
function namesIn(xml: string): ReadonlySet<string> {
  const open: string[] = [];
  const names = new Set<string>();
  const tag = /<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>/g;
  const rest = xml.replaceAll(tag, (_all, ...parts) => {
    const [closes, name = '', attributes = '', empty] = parts.map(String);
    if (closes === '/') assert.equal(open.pop(), name);
    else if (empty !== '/') open.push(name);
    names.add(name);
    for (const [, attribute = ''] of attributes.matchAll(/ ([a-zA-Z-]+)="/g)) names.add(attribute);
    return '';
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
  return names;
}

const harmless = (
  'svg title desc g rect path text xmlns viewBox width height role aria-labelledby class id x y d ' +
  'fill stroke stroke-width stroke-dasharray font-family font-size font-weight transform'
).split(' ');

const segmenter = new Intl.Segmenter('en');

function graphemesIn(text: string): number {
  return [...segmenter.segment(text)].length;
}

function isIn(note: LineNote, [x, y]: readonly [number, number]): boolean {
  return x > note.x && x < note.x + note.width && y > note.y && y < note.y + note.height;
}

describe('the picture', () => {
  it('puts entrances before workflows, callers before called, and what they use last', () => {
    const { boxes } = layoutOf(small);
    const x = new Map(boxes.map((box) => [box.node.id, box.x]));
    const inOrder = ['hook', 'a', 'b', 'stripe'].map((id) => x.get(id) ?? -1);
    assert.deepEqual(
      inOrder,
      inOrder.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(inOrder).size, 4);
    assert.equal(x.get('stripe'), x.get('evil.example'));
  });

  it('never draws one box over another, however tangled it is', () => {
    const { boxes, width, height } = layoutOf(tangled());
    assert.equal(boxes.length, 60);
    for (const [index, a] of boxes.entries()) {
      assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height);
      for (const b of boxes.slice(index + 1)) {
        const apart = a.x !== b.x || Math.abs(a.y - b.y) >= a.height;
        assert.ok(apart, `${a.node.id} and ${b.node.id}`);
      }
    }
  });

  it('leaves no line over a box of its way', () => {
    const { boxes, routes } = layoutOf(tangled());
    for (const { points, returns } of routes.filter((route) => !route.returns)) {
      assert.equal(returns, false);
      for (const [index, [x, y]] of points.entries()) {
        const isEnd = index === 0 || index === points.length - 1;
        const hit = boxes.find((box) => box.x === x && y > box.y && y < box.y + box.height);
        assert.ok(isEnd || hit === undefined, `a line passes through ${hit?.node.id}`);
      }
    }
  });

  it('ends for workflows that call each other in a circle, and for itself', () => {
    const nodes = ['a', 'b', 'c'].map((id) => aNode(id, 'workflow'));
    const edges = [line('a', 'b'), line('b', 'c'), line('c', 'a'), line('a', 'a')];
    const { routes } = layoutOf({ nodes, edges, omissions: [] });
    assert.deepEqual(
      routes.map(({ returns }) => returns),
      [false, false, true, true],
    );
  });

  it('is the same for the same graph', () => {
    const options = { title: 'Around w1' };
    assert.equal(graphSvg(tangled(), options), graphSvg(tangled(), options));
  });

  it('is told to screen readers, with ids that a page can keep apart', () => {
    const svg = graphSvg(small, { title: 'Around w1', idPrefix: 'blast' });
    assert.match(svg, /^<svg [^>]*role="img" aria-labelledby="blast-title blast-desc"/);
    assert.match(svg, /<title id="blast-title">Around w1<\/title>/);
    assert.match(
      svg,
      /<desc id="blast-desc">workflow w1 a is affected\. workflow w2 b is contained\./,
    );
    assert.match(svg, /workflow w2 b sends to \(live only\) host evil\.example\./);
    assert.match(svg, /known only at run time, hence not drawn\.<\/desc>/);
    assert.ok(namesIn(svg).has('desc'));
  });

  it('says state and version in words, not only in colour', () => {
    const svg = graphSvg(small, { title: 'x' });
    for (const word of ['w1 · workflow · affected', 'w2 · workflow · ✓ contained', 'live only']) {
      assert.ok(svg.includes(`>${word}<`), word);
    }
  });

  it('draws what was live like what is, and says until when', () => {
    const drawnAs = (label: string) => {
      const nodes = [aNode('a', 'workflow'), aNode('evil.example', 'host')];
      return graphSvg(
        { nodes, edges: [line('a', 'evil.example', label)], omissions: [] },
        { title: 'x' },
      );
    };
    const was = drawnAs('sends to (until switched off)');
    assert.equal(was.split('>until switched off<').length, 2, 'once, in the legend');
    const [stroke] = /stroke="#b54708"/.exec(drawnAs('sends to')) ?? [];
    assert.ok(stroke !== undefined && was.includes(stroke));
    assert.ok(was.includes('stroke-dasharray="1 5"'));
    assert.ok(!drawnAs('sends to').includes('stroke-dasharray="1 5"'));
  });

  it('says the version on the line itself, away from lines to the same target', () => {
    const nodes = ['a', 'b', 'c'].map((id) => aNode(id, 'workflow'));
    const graph: Graph = {
      nodes: [...nodes, aNode('evil.example', 'host'), aNode('api.example', 'host')],
      edges: [
        line('a', 'evil.example', 'sends to'),
        line('b', 'evil.example', 'sends to (live only)'),
        line('b', 'api.example', 'sends to'),
        line('c', 'evil.example', 'sends to (draft only)'),
        line('c', 'c', 'calls (live only)'),
      ],
      omissions: [],
    };
    const { routes, boxes } = layoutOf(graph);
    const notes = versionNotes(routes);
    assert.deepEqual(
      notes.map(({ text }) => text),
      ['live only', 'draft only', 'live only'],
    );
    for (const note of notes) {
      for (const { points } of routes) {
        for (const point of points) assert.ok(!isIn(note, point), 'no end of a line is covered');
      }
      for (const { x, y, width, height } of boxes) {
        const apart = note.x > x + width || note.x + note.width < x;
        assert.ok(apart || note.y > y + height || note.y + note.height < y, 'nor any box');
      }
    }
  });

  it('escapes whatever things are called, and shows what would be invisible', () => {
    const evil = [
      '"/><script>window.__xss=1</script>',
      `' onload='window.__xss=1`,
      '&lt;img src=x onerror=alert(1)>',
      ']]><![CDATA[<script>',
      '<a xlink:href="javascript:alert(1)">',
      'null\0byte \u202Eright-to-left \uD800 half \uFFFF',
    ];
    const nodes = evil.map((label, index) =>
      aNode(`${index}${label}`, 'workflow', { label, ref: label }),
    );
    const svg = graphSvg(
      { nodes, edges: [line(nodes[0]?.id ?? '', nodes[1]?.id ?? '', evil[0])], omissions: evil },
      { title: evil.join(' '), idPrefix: 'g' },
    );
    const unknown = [...namesIn(svg)].filter((name) => !harmless.includes(name));
    assert.deepEqual(unknown, [], 'no script, link, style or reference');
    assert.doesNotMatch(svg, /url\(/);
    assert.doesNotMatch(svg, /[\0\u202E\uFFFF]/);
    assert.ok(svg.isWellFormed());
    assert.match(svg, /\\u202eright/);
  });

  it('draws an empty graph', () => {
    const svg = graphSvg({ nodes: [], edges: [], omissions: ['Nothing.'] }, { title: 'Empty' });
    assert.match(svg, />Nothing\.</);
    assert.doesNotMatch(svg, /NaN|Infinity/);
  });

  it('has another shape for each kind, and another line for each label', () => {
    assert.equal(new Set(graphNodeKinds.map((kind) => shapeOf(kind, 0, 0, 90, 30))).size, 7);
    const lines = lineLabels.map(lineOf);
    assert.equal(new Set(lines.map(({ dash, width }) => `${dash} ${width}`)).size, lines.length);
  });

  it('keeps text at a contrast of 7:1, and lines and outlines at 3:1', () => {
    for (const state of ['affected', 'contained', 'active', 'inactive', undefined] as const) {
      const { fill, text, stroke } = styleOf(state === undefined ? {} : { state });
      assert.ok(contrast(text, fill) >= 7, `${state} text`);
      assert.ok(contrast(paper.quiet, fill) >= 7, `${state} caption`);
      assert.ok(contrast(stroke, paper.ground) >= 3, `${state} outline`);
    }
    for (const label of lineLabels) {
      assert.ok(contrast(lineOf(label).colour, paper.ground) >= 3, label);
    }
  });
});

describe('text in a picture', () => {
  it('is cut where its room ends, with nothing that reads like a count', () => {
    assert.equal(cut('short', 200, 13), 'short');
    for (const text of [
      'W'.repeat(80),
      'e\u0301'.repeat(90),
      '漢'.repeat(50),
      '👩‍👩‍👧‍👦'.repeat(30),
      'i'.repeat(400),
    ]) {
      const shown = cut(text, 190, 13);
      assert.ok(textWidth(shown, 13) <= 190);
      const [, kept = ''] = /^(.+)…$/u.exec(shown) ?? assert.fail(shown);
      assert.ok(text.startsWith(kept));
      const next = [...new Intl.Segmenter('en').segment(text)][graphemesIn(kept)]?.segment ?? '';
      assert.ok(textWidth(`${kept}${next}…`, 13) > 190, 'one more would not fit');
    }
  });
});

/** WCAG 2.2 contrast of two `#rrggbb`. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
