import type { Box, Layout, Route } from './graph-layout.ts';
import { layoutOf } from './graph-layout.ts';
import { legendOf } from './graph-legend.ts';
import type { LineNote } from './graph-notes.ts';
import { noteSize, swing, versionNotes } from './graph-notes.ts';
import { lineOf, paper, shapeOf, strokeOf, styleOf } from './graph-style.ts';
import { cut, plainlyVisible, wrapped } from './graph-text.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { Markup } from './markup.ts';

const { element } = Markup;

export type PictureOptions = {
  /** Above the picture, and what a screen reader says first. */
  readonly title: string;
  /** Begins the ids in it, which must be unique in a page that holds several pictures. */
  readonly idPrefix?: string;
};

const margin = 20;
const leastWidth = 660;
const fonts = "'DejaVu Sans', Verdana, 'Noto Sans', sans-serif";
const headSize = 15;
const headLines = 3;
const smallSize = 11.5;
const lineHeight = 17;
/** A screen reader is told so many lines; the same graph as text holds them all. */
const saidAtMost = 60;

/**
 * The picture as one SVG: no script, no link, no style sheet, nothing loaded from anywhere.
 *
 * It stands on its own framed white paper, so its contrast is the same on light and dark pages. Kinds
 * differ by shape and states by outline and word, not only by colour. Presentation attributes only,
 * because a strict policy forbids inline styles; each part has a class for a page that wants others.
 */
export function graphSvg(graph: Graph, { title, idPrefix = 'graph' }: PictureOptions): string {
  const layout = layoutOf(graph);
  const width = Math.max(leastWidth, layout.width + 2 * margin);
  const head = wrapped(plainlyVisible(title), width - 2 * margin, headSize).slice(0, headLines);
  const top = margin + head.length * (headSize + 5) + 12;
  const left = Math.round((width - layout.width) / 2);
  const legend = legendOf(graph, width - 2 * margin);
  const legendTop = top + layout.height + 26;
  const notes = graph.omissions.flatMap((text) =>
    wrapped(plainlyVisible(text), width - 2 * margin, smallSize),
  );
  const notesTop = legendTop + legend.height + 8;
  const height = Math.ceil(notesTop + notes.length * lineHeight + margin);
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${idPrefix}-title ${idPrefix}-desc`,
      class: 'graph',
      'font-family': fonts,
    },
    [
      element('title', { id: `${idPrefix}-title` }, [title]),
      element('desc', { id: `${idPrefix}-desc` }, [spoken(graph)]),
      element('rect', {
        class: 'graph-paper',
        x: 0.5,
        y: 0.5,
        width: width - 1,
        height: height - 1,
        fill: paper.ground,
        stroke: paper.quiet,
      }),
      ...head.map((line, index) => textAt(margin, margin + 12 + index * 20, line, headSize, true)),
      element('g', { transform: `translate(${left} ${top})` }, drawn(layout)),
      element('g', { transform: `translate(${margin} ${legendTop})` }, legend.parts),
      ...notes.map((line, index) =>
        textAt(margin, notesTop + 12 + index * lineHeight, line, smallSize, false),
      ),
    ],
  ).xml;
}

function drawn({ boxes, routes }: Layout): readonly Markup[] {
  return [
    ...routes.map(lineFor),
    ...boxes.map(boxFor),
    // Above the boxes, so that a bundle of lines does not hide which version it is.
    ...versionNotes(routes).map(noteFor),
  ];
}

function boxFor({ node, x, y, width, height }: Box): Markup {
  const { fill, text, caption } = styleOf(node);
  const room = width - 34;
  const said = [node.ref, node.kind, caption].filter((part) => part !== undefined).join(' · ');
  return element(
    'g',
    { class: `graph-node graph-${node.kind}${node.state ? ` graph-${node.state}` : ''}` },
    [
      element('title', {}, [sentenceOf(node)]),
      element('path', { d: shapeOf(node.kind, x, y, width, height), fill, ...strokeOf(node) }),
      element('text', { x: x + 17, y: y + 14, 'font-size': 10, fill: paper.quiet }, [
        cut(said, room, 10),
      ]),
      element('text', { x: x + 17, y: y + 29, 'font-size': 13, fill: text }, [
        cut(plainlyVisible(node.label), room, 13),
      ]),
    ],
  );
}

function lineFor({ edge, points, returns }: Route): Markup {
  const [first, ...rest] = points;
  const end = points.at(-1);
  if (first === undefined || end === undefined) throw new RangeError('A line has two ends.');
  const { colour, dash, width } = lineOf(edge.label);
  let path = `M${first[0]} ${first[1]}`;
  if (returns) {
    const out = Math.max(first[0], end[0]) + swing;
    path += `C${out} ${first[1]} ${out} ${end[1]} ${end[0] + 7} ${end[1]}`;
  } else {
    let [x, y] = first;
    for (const [index, [nextX, nextY]] of rest.entries()) {
      const toX = index === rest.length - 1 ? nextX - 7 : nextX;
      const middle = (x + toX) / 2;
      path +=
        y === nextY ? `L${toX} ${nextY}` : `C${middle} ${y} ${middle} ${nextY} ${toX} ${nextY}`;
      [x, y] = [toX, nextY];
    }
  }
  const back = returns ? 8 : -8;
  return element('g', { class: 'graph-edge', fill: 'none', stroke: colour }, [
    element('path', {
      d: path,
      'stroke-width': width,
      ...(dash === undefined ? {} : { 'stroke-dasharray': dash }),
    }),
    element('path', {
      d: `M${end[0]} ${end[1]}l${back} -4.5v9z`,
      fill: colour,
      stroke: 'none',
    }),
  ]);
}

function noteFor({ text, x, y, width, height }: LineNote): Markup {
  return element('g', { class: 'graph-note' }, [
    element('rect', { x, y, width, height, fill: paper.ground }),
    element('text', { x: x + 2, y: y + height - 3, 'font-size': noteSize, fill: paper.ink }, [
      text,
    ]),
  ]);
}

function textAt(x: number, y: number, text: string, size: number, bold: boolean): Markup {
  return element(
    'text',
    { x, y, 'font-size': size, fill: paper.ink, ...(bold ? { 'font-weight': 'bold' } : {}) },
    [text],
  );
}

function sentenceOf({ kind, ref, label, state }: GraphNode): string {
  return [kind, ref, `“${label}”`, state && `(${state})`].filter(Boolean).join(' ');
}

/** The picture in words. */
function spoken({ nodes, edges, omissions }: Graph): string {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]));
  const say = ({ from, to, label }: GraphEdge) =>
    `${names.get(from) ?? from} ${label} ${names.get(to) ?? to}.`;
  const lines = [
    ...nodes
      .filter(({ state }) => state !== undefined)
      .map((node) => `${nameOf(node)} is ${node.state}.`),
    ...edges.map(say),
  ];
  const left = lines.length - saidAtMost;
  return [
    ...lines.slice(0, saidAtMost),
    ...(left > 0 ? [`${left} more lines are not read out.`] : []),
    ...omissions,
  ].join(' ');
}

function nameOf({ kind, ref, label }: GraphNode): string {
  return [kind, ref, label].filter(Boolean).join(' ');
}
