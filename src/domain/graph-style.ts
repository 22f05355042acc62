import type { GraphNode, GraphNodeKind } from './graph.ts';

/** What it is drawn on, and with. Text on any ground below has a contrast of at least 7:1. */
export const paper = { ground: '#ffffff', ink: '#101828', quiet: '#414b5a' } as const;

type NodeStyle = {
  readonly fill: string;
  readonly text: string;
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly dash?: string;
  /** The state in a word, because colour alone says nothing to many. */
  readonly caption?: string;
};

const plain: NodeStyle = {
  fill: '#ffffff',
  text: paper.ink,
  stroke: '#475467',
  strokeWidth: 1.4,
};

const states: Readonly<Record<NonNullable<GraphNode['state']>, NodeStyle>> = {
  affected: {
    fill: '#fef3f2',
    text: '#7a271a',
    stroke: '#b42318',
    strokeWidth: 3,
    caption: 'affected',
  },
  contained: {
    fill: '#ecfdf3',
    text: '#05502f',
    stroke: '#067647',
    strokeWidth: 2.4,
    dash: '7 3',
    caption: '✓ contained',
  },
  active: { ...plain, fill: '#eff8ff', stroke: '#175cd3', strokeWidth: 1.8, caption: 'active' },
  inactive: {
    ...plain,
    fill: '#f6f7f9',
    stroke: '#5d6878',
    strokeWidth: 1.4,
    dash: '2 3',
    caption: 'inactive',
  },
};

/** How a thing is drawn. */
export function styleOf(node: Pick<GraphNode, 'state'>): NodeStyle {
  return node.state === undefined ? plain : states[node.state];
}

/** Its outline, as attributes. */
export function strokeOf(
  node: Pick<GraphNode, 'state'>,
): Readonly<Record<string, string | number>> {
  const { stroke, strokeWidth, dash } = styleOf(node);
  return {
    stroke,
    'stroke-width': strokeWidth,
    ...(dash === undefined ? {} : { 'stroke-dasharray': dash }),
  };
}

/** How a line is drawn. */
export type LineStyle = { readonly colour: string; readonly width: number; readonly dash?: string };

const lines: Readonly<Record<string, LineStyle>> = {
  starts: { colour: '#067647', width: 1.4 },
  calls: { colour: '#175cd3', width: 1.8, dash: '8 4' },
  'on error': { colour: '#b42318', width: 1.8, dash: '2 3' },
  uses: { colour: '#475467', width: 1.3 },
  'sends to': { colour: '#b54708', width: 2.2 },
  owns: { colour: '#5d6878', width: 1.2, dash: '9 3 2 3' },
};

/** The labels that lines have, without the version. */
export const lineLabels: readonly string[] = Object.keys(lines);

const versionWords = / \((draft only|live only)\)$/;
const pastWords = / \((until switched off)\)$/;

/** In which version a line holds, where that is not both: `live only`. Drawn beside it. */
export function versionOf(label: string): string | undefined {
  return versionWords.exec(label)?.[1];
}

/** Until when a line held, where it holds no more. Drawn by its dots, which the legend explains. */
export function pastOf(label: string): string | undefined {
  return pastWords.exec(label)?.[1];
}

/** How a line is drawn; one whose label is new is drawn like `uses`, one that is past is dotted. */
export function lineOf(label: string): LineStyle {
  const known = lines[label.replace(versionWords, '').replace(pastWords, '')];
  const style = known ?? { colour: '#475467', width: 1.3 };
  return pastOf(label) === undefined ? style : { ...style, ...past };
}

/** What is past, whatever it was. */
export const past = { dash: '1 5' } as const;

/** The outline of a kind, as a path. */
export function shapeOf(
  kind: GraphNodeKind,
  x: number,
  y: number,
  width: number,
  height: number,
): string {
  const [right, bottom, half] = [x + width, y + height, height / 2];
  switch (kind) {
    case 'workflow':
      return rounded(x, y, width, height, 7);
    case 'host':
      return rounded(x, y, width, height, half);
    case 'credential':
      return corners(
        [x + 11, y],
        [right - 11, y],
        [right, y + half],
        [right - 11, bottom],
        [x + 11, bottom],
        [x, y + half],
      );
    case 'webhook':
      return corners([x, y], [right - 12, y], [right, y + half], [right - 12, bottom], [x, bottom]);
    case 'trigger':
      return corners(
        [x, y],
        [right - 12, y],
        [right, y + half],
        [right - 12, bottom],
        [x, bottom],
        [x + 9, y + half],
      );
    case 'schedule':
      return corners(
        [x + 8, y],
        [right - 8, y],
        [right, y + 8],
        [right, bottom - 8],
        [right - 8, bottom],
        [x + 8, bottom],
        [x, bottom - 8],
        [x, y + 8],
      );
    case 'person':
      return `M${x} ${bottom}V${y + half}A${half} ${half} 0 0 1 ${x + half} ${y}H${right - half}A${half} ${half} 0 0 1 ${right} ${y + half}V${bottom}Z`;
  }
}

function corners(...points: readonly (readonly [number, number])[]): string {
  return `M${points.map(([x, y]) => `${x} ${y}`).join('L')}Z`;
}

function rounded(x: number, y: number, width: number, height: number, radius: number): string {
  const [across, down] = [width - 2 * radius, height - 2 * radius];
  const turn = (dx: number, dy: number) => `a${radius} ${radius} 0 0 1 ${dx} ${dy}`;
  return (
    `M${x + radius} ${y}h${across}${turn(radius, radius)}v${down}${turn(-radius, radius)}` +
    `h${-across}${turn(-radius, -radius)}v${-down}${turn(radius, -radius)}Z`
  );
}
