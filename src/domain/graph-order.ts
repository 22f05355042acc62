import type { Graph, GraphEdge } from './graph.ts';

/** A place where a line passes through a column. */
export type Pass = { readonly id: string; readonly column: number };

export type Columns = {
  /** Nodes and passes of each column, from top to bottom. */
  readonly slots: readonly (readonly string[])[];
  readonly passes: ReadonlyMap<GraphEdge, readonly Pass[]>;
  /** What each slot is joined with in the columns beside it. */
  readonly neighbours: ReadonlyMap<string, readonly string[]>;
};

const sweeps = 12;

/** Orders each column so that few lines cross, by the mean place of the neighbours. */
export function orderedColumns(graph: Graph, columnOf: ReadonlyMap<string, number>): Columns {
  const slots: string[][] = [];
  const put = (id: string, column: number) => {
    while (slots.length <= column) slots.push([]);
    const own = slots[column];
    if (own && !own.includes(id)) own.push(id);
  };
  for (const { id } of graph.nodes) put(id, columnOf.get(id) ?? 0);
  const passes = new Map<GraphEdge, readonly Pass[]>();
  const links = new Map<string, readonly [string, string]>();
  for (const edge of graph.edges) {
    const from = columnOf.get(edge.from) ?? 0;
    const to = columnOf.get(edge.to) ?? 0;
    const own: Pass[] = [];
    for (let column = from + 1; column < to; column += 1) {
      own.push({ id: `pass ${column} ${edge.to}`, column });
    }
    for (const { id, column } of own) put(id, column);
    passes.set(edge, own);
    const way = [edge.from, ...own.map(({ id }) => id), edge.to];
    if (to <= from) continue;
    for (const [index, id] of way.slice(1).entries()) {
      const before = way[index] ?? '';
      links.set(`${before}\n${id}`, [before, id]);
    }
  }
  const pairs = [...links.values()];
  return { slots: fewestCrossings(slots, pairs), passes, neighbours: neighboursOf(pairs) };
}

type Pairs = readonly (readonly [string, string])[];

function neighboursOf(pairs: Pairs): ReadonlyMap<string, readonly string[]> {
  const around = new Map<string, string[]>();
  const join = (id: string, other: string) => {
    around.set(id, [...(around.get(id) ?? []), other]);
  };
  for (const [left, right] of pairs) {
    join(left, right);
    join(right, left);
  }
  return around;
}

function fewestCrossings(
  slots: readonly (readonly string[])[],
  pairs: Pairs,
): readonly (readonly string[])[] {
  const toLeft = Map.groupBy(pairs, ([, right]) => right);
  const toRight = Map.groupBy(pairs, ([left]) => left);
  // What nothing is joined with stands at the bottom, out of the way.
  const isAlone = (id: string) => !toLeft.has(id) && !toRight.has(id);
  let current = slots.map((column) => [
    ...column.filter((id) => !isAlone(id)),
    ...column.filter(isAlone),
  ]);
  let best = current;
  let fewest = crossings(current, pairs);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep += 1) {
    const rightwards = sweep % 2 === 0;
    const next = current.map((column) => [...column]);
    const indices = [...next.keys()];
    for (const index of rightwards ? indices : indices.toReversed()) {
      const places = placesOf(next);
      const mean = (id: string) => {
        const joined = rightwards
          ? (toLeft.get(id) ?? []).map(([left]) => left)
          : (toRight.get(id) ?? []).map(([, right]) => right);
        if (isAlone(id)) return 1;
        if (joined.length === 0) return places.get(id) ?? 0;
        return joined.reduce((sum, one) => sum + (places.get(one) ?? 0), 0) / joined.length;
      };
      next[index] = (next[index] ?? [])
        .map((id) => ({ id, at: mean(id) }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ id }) => id);
    }
    current = next;
    const crossed = crossings(current, pairs);
    if (crossed < fewest) [best, fewest] = [current, crossed];
  }
  return best;
}

/** Where each slot stands in its column, from 0 (top) to 1. */
function placesOf(slots: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  return new Map(
    slots.flatMap((column) => column.map((id, index) => [id, (index + 0.5) / column.length])),
  );
}

function crossings(slots: readonly (readonly string[])[], pairs: Pairs): number {
  const column = new Map(slots.flatMap((ids, index) => ids.map((id) => [id, index])));
  const row = new Map(slots.flatMap((ids) => ids.map((id, index) => [id, index])));
  const lines = Map.groupBy(pairs, ([left]) => column.get(left));
  let count = 0;
  for (const group of lines.values()) {
    const ends = group.map(([left, right]) => [row.get(left) ?? 0, row.get(right) ?? 0] as const);
    for (const [index, [a, b]] of ends.entries()) {
      for (const [c, d] of ends.slice(index + 1)) if ((a - c) * (b - d) < 0) count += 1;
    }
  }
  return count;
}
