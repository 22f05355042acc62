import { layersOf } from './graph-layers.ts';
import { orderedColumns } from './graph-order.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';

/** Where one thing is drawn; `x` and `y` are its top left corner. */
export type Box = {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Where one line is drawn, from the right side of a box to the left side of another. */
export type Route = {
  readonly edge: GraphEdge;
  readonly points: readonly (readonly [number, number])[];
  /** It goes back or stays in its column: it leaves and arrives on the right side. */
  readonly returns: boolean;
};

export type Layout = {
  readonly boxes: readonly Box[];
  readonly routes: readonly Route[];
  readonly width: number;
  readonly height: number;
};

export const boxSize = { width: 224, height: 38 };
const columnGap = 76;
const rowGap = 10;
/** Where a line passes through a column it has no box in. */
const passHeight = 8;
/** Higher stripes with nothing in any column are closed. */
const widestHole = 18;
const relaxations = 8;

/**
 * Boxes in columns from entrances over workflows to what they use, the same for the same graph.
 *
 * Lines that span columns pass between the boxes; those to one target share their way, so that
 * twenty workflows with one credential draw one bundle.
 */
export function layoutOf(graph: Graph): Layout {
  const columnOf = layersOf(graph);
  const columns = orderedColumns(graph, columnOf);
  const places = placed(columns.slots, columns.neighbours);
  const x = (column: number) => column * (boxSize.width + columnGap);
  const boxes = graph.nodes.map((node) => ({
    node,
    x: x(columnOf.get(node.id) ?? 0),
    y: (places.get(node.id) ?? 0) - boxSize.height / 2,
    ...boxSize,
  }));
  const routes = graph.edges.map((edge): Route => {
    const from = columnOf.get(edge.from) ?? 0;
    const to = columnOf.get(edge.to) ?? 0;
    const returns = to <= from;
    const passes = returns ? [] : (columns.passes.get(edge) ?? []);
    return {
      edge,
      returns,
      points: [
        [x(from) + boxSize.width, places.get(edge.from) ?? 0],
        ...passes.flatMap(({ id, column }) => {
          const y = places.get(id) ?? 0;
          return [[x(column), y] as const, [x(column) + boxSize.width, y] as const];
        }),
        [x(to) + (returns ? boxSize.width : 0), places.get(edge.to) ?? 0],
      ],
    };
  });
  const bottoms = boxes.map((box) => box.y + box.height);
  return {
    boxes,
    routes,
    width: x(columns.slots.length) - columnGap + (routes.some(({ returns }) => returns) ? 40 : 0),
    height: Math.max(boxSize.height, ...bottoms, ...places.values()),
  };
}

/** The middle of each slot, near to those it is joined with, never over another. */
function placed(
  columns: readonly (readonly string[])[],
  neighbours: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const middles = new Map<string, number>();
  for (const column of columns) {
    let y = 0;
    for (const [index, id] of column.entries()) {
      y += index === 0 ? 0 : apart(column[index - 1] ?? '', id);
      middles.set(id, y);
    }
  }
  for (let round = 0; round < relaxations; round += 1) {
    const inTurn = round % 2 === 0 ? columns : columns.toReversed();
    for (const column of inTurn) relax(column, middles, neighbours);
  }
  return withoutHoles(middles);
}

/** From the top, and without empty stripes through all columns. */
function withoutHoles(middles: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const fromTop = [...middles]
    .map(([id, middle]) => ({ id, middle, half: heightOf(id) / 2 }))
    .toSorted((a, b) => a.middle - a.half - (b.middle - b.half));
  const moved = new Map<string, number>();
  let bottom = fromTop[0] === undefined ? 0 : fromTop[0].middle - fromTop[0].half;
  let up = bottom;
  for (const { id, middle, half } of fromTop) {
    up += Math.max(0, middle - half - bottom - widestHole);
    bottom = Math.max(bottom, middle + half);
    moved.set(id, Math.round(middle - up));
  }
  return moved;
}

function relax(
  column: readonly string[],
  middles: Map<string, number>,
  neighbours: ReadonlyMap<string, readonly string[]>,
): void {
  const wanted = column.map((id) => {
    const around = (neighbours.get(id) ?? []).flatMap((other) => middles.get(other) ?? []);
    const own = middles.get(id) ?? 0;
    return around.length === 0 ? own : around.reduce((sum, y) => sum + y, 0) / around.length;
  });
  const settled: number[] = [];
  for (const [index, id] of column.entries()) {
    const before = settled[index - 1];
    const least = before === undefined ? -Infinity : before + apart(column[index - 1] ?? '', id);
    settled.push(Math.max(least, wanted[index] ?? 0));
  }
  // Pushing down only would let columns sink: what was pushed too far is shared by all of them.
  const sunk = settled.reduce((sum, y, index) => sum + y - (wanted[index] ?? 0), 0);
  const shift = settled.length === 0 ? 0 : sunk / settled.length;
  for (const [index, id] of column.entries()) middles.set(id, (settled[index] ?? 0) - shift);
}

function apart(above: string, below: string): number {
  return (heightOf(above) + heightOf(below)) / 2 + rowGap;
}

function heightOf(slot: string): number {
  return slot.startsWith('pass ') ? passHeight : boxSize.height;
}
