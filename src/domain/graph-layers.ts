import type { Graph, GraphNodeKind } from './graph.ts';

/** Workflows that call each other stand side by side in at most so many columns. */
const workflowColumnsAtMost = 3;

const sides: Readonly<Record<GraphNodeKind, 'before' | 'workflow' | 'after'>> = {
  webhook: 'before',
  trigger: 'before',
  schedule: 'before',
  person: 'before',
  workflow: 'workflow',
  credential: 'after',
  host: 'after',
};

/** The column of each thing, without empty columns: entrances, callers, called, what they use. */
export function layersOf(graph: Graph): ReadonlyMap<string, number> {
  const depth = callDepths(graph);
  const raw = new Map(
    graph.nodes.map(({ id, kind }) => {
      const side = sides[kind];
      if (side === 'before') return [id, 0] as const;
      return [id, side === 'after' ? workflowColumnsAtMost + 1 : 1 + (depth.get(id) ?? 0)] as const;
    }),
  );
  const used = [...new Set(raw.values())].toSorted((a, b) => a - b);
  return new Map([...raw].map(([id, column]) => [id, used.indexOf(column)]));
}

/** How many calls lead to a workflow, at most; calls in a circle count until it closes. */
function callDepths({ nodes, edges }: Graph): ReadonlyMap<string, number> {
  const workflows = nodes.filter(({ kind }) => kind === 'workflow').map(({ id }) => id);
  const isWorkflow = new Set(workflows);
  const calls = Map.groupBy(
    edges.filter(({ from, to }) => isWorkflow.has(from) && isWorkflow.has(to)),
    ({ from }) => from,
  );
  const back = backEdges(workflows, (id) => (calls.get(id) ?? []).map(({ to }) => to));
  const depth = new Map<string, number>(workflows.map((id) => [id, 0]));
  for (let round = 1; round < workflowColumnsAtMost; round += 1) {
    for (const { from, to } of [...calls.values()].flat()) {
      if (back.has(`${from}\n${to}`)) continue;
      const next = Math.min((depth.get(from) ?? 0) + 1, workflowColumnsAtMost - 1);
      depth.set(to, Math.max(depth.get(to) ?? 0, next));
    }
  }
  return depth;
}

/** Edges that close a circle, found depth first. */
function backEdges(
  ids: readonly string[],
  next: (id: string) => readonly string[],
): ReadonlySet<string> {
  const back = new Set<string>();
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string) => {
    state.set(id, 'open');
    for (const to of next(id)) {
      if (state.get(to) === 'open') back.add(`${id}\n${to}`);
      else if (!state.has(to)) visit(to);
    }
    state.set(id, 'done');
  };
  for (const id of ids) if (!state.has(id)) visit(id);
  return back;
}
