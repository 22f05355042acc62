import {
  lineLabels,
  lineOf,
  paper,
  past,
  pastOf,
  shapeOf,
  strokeOf,
  styleOf,
} from './graph-style.ts';
import type { LineStyle } from './graph-style.ts';
import { textWidth } from './graph-text.ts';
import type { Graph } from './graph.ts';
import { graphNodeKinds } from './graph.ts';
import { Markup } from './markup.ts';

const { element } = Markup;

const size = 11;
const rowHeight = 22;
const sampleWidth = 30;

/** What shapes, outlines and lines mean; only those that are in the picture. */
export function legendOf(
  { nodes, edges }: Graph,
  width: number,
): { readonly parts: readonly Markup[]; readonly height: number } {
  const kinds = graphNodeKinds.filter((kind) => nodes.some((node) => node.kind === kind));
  const labels = lineLabels.filter((label) => edges.some((edge) => edge.label.startsWith(label)));
  const pasts = [...new Set(edges.flatMap(({ label }) => pastOf(label) ?? []))];
  const entries = [
    ...kinds.map((kind) => ({
      text: kind,
      sample: (x: number, y: number) =>
        // Half of its usual size, so that corners keep their form.
        element('path', {
          d: shapeOf(kind, 0, 0, 2 * sampleWidth, 30),
          transform: `translate(${x} ${y}) scale(0.5)`,
          fill: styleOf({}).fill,
          ...strokeOf({}),
          'stroke-width': 2.6,
        }),
    })),
    ...labels.map((label) => ({ text: label, sample: sampleOf(lineOf(label)) })),
    ...pasts.map((text) => ({
      text,
      sample: sampleOf({ colour: paper.ink, width: 2.2, ...past }),
    })),
  ];
  const parts: Markup[] = [];
  let [x, y] = [0, 0];
  for (const { text, sample } of entries) {
    const wide = sampleWidth + 8 + textWidth(text, size) + 20;
    if (x > 0 && x + wide > width) [x, y] = [0, y + rowHeight];
    parts.push(
      sample(x, y),
      element('text', { x: x + sampleWidth + 8, y: y + 11, 'font-size': size, fill: paper.quiet }, [
        text,
      ]),
    );
    x += wide;
  }
  return { parts, height: entries.length === 0 ? 0 : y + rowHeight };
}

function sampleOf({ colour, width, dash }: LineStyle) {
  return (x: number, y: number): Markup =>
    element('path', {
      d: `M${x} ${y + 7}h${sampleWidth}`,
      fill: 'none',
      stroke: colour,
      'stroke-width': width,
      ...(dash === undefined ? {} : { 'stroke-dasharray': dash }),
    });
}
