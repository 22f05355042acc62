import type { Graph, GraphEdge, GraphNode, GraphNodeKind } from './graph.ts';
import { graphNodeKinds } from './graph.ts';
import type { Fact, Workflow } from './inventory.ts';
import { isOn, keyText } from './inventory.ts';
import { entryKinds } from './simulation.ts';
import { counted, listed } from './wording.ts';

/** A workflow on the way into a picture, and how it came there. */
export type GraphWorkflow = {
  readonly workflow: Workflow;
  /** A workflow that only shares a credential needs none: what else it does is another story. */
  readonly facts: readonly Fact[];
  /**
   * `asked`: named by the person; `linked`: calls such a one, is called by it, or uses what was
   * named; `sharer`: uses a credential of such a one.
   */
  readonly nearness: 'asked' | 'linked' | 'sharer';
};

/** What a picture is drawn from. */
export type GraphSource = {
  readonly workflows: readonly GraphWorkflow[];
  /** Credentials that are named by the person, or used, by `keyText`. */
  readonly credentials: ReadonlyMap<string, { readonly ref: string; readonly name: string }>;
  readonly sharers: readonly { readonly credential: string; readonly workflow: string }[];
  /** What the person named besides workflows: `keyText` of credentials, names of hosts. */
  readonly askedCredentials: readonly string[];
  readonly askedHosts: readonly string[];
  /** Workflows that were asked for and not loaded, because they are too many. */
  readonly unloaded: number;
};

/** As many things as a person can still read in one picture. */
export const graphNodesAtMost = 60;

/** The id of a workflow in the picture. */
export function workflowNode(key: string): string {
  return `workflow ${key}`;
}

type Candidate = { readonly node: GraphNode; readonly ring: number };

/**
 * The picture of what hangs together.
 *
 * What was asked for comes first, then what it touches, then what touches that; things that many
 * share go before things of one. What does not fit, and what nobody can know before it runs, is
 * counted in the omissions.
 */
export function buildGraph(source: GraphSource, atMost = graphNodesAtMost): Graph {
  const asked = source.workflows.filter(({ nearness }) => nearness === 'asked');
  const left = new Set(asked.slice(Math.ceil(atMost / 2)));
  const drawn = { ...source, workflows: source.workflows.filter((one) => !left.has(one)) };
  const candidates = candidatesOf(drawn);
  const edges = edgesOf(drawn, candidates);
  const kept = chosen(candidates, edges, atMost);
  const workflows = drawn.workflows.filter(({ workflow }) =>
    kept.has(workflowNode(keyText(workflow))),
  );
  const dropped = [...candidates.values()].filter(({ node }) => !kept.has(node.id));
  return {
    nodes: [...kept.values()],
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    omissions: [
      ...foundButNotDrawn(left.size + source.unloaded),
      ...withoutRoom(
        dropped.map(({ node }) => node.kind),
        left.size + source.unloaded > 0,
      ),
      ...unknowable(
        workflows,
        'runtime_host',
        (amount, where) =>
          `${counted(amount, 'host')} of ${where} known only at run time, hence not drawn.`,
      ),
      ...unknowable(
        workflows,
        'calls_unknown',
        (amount, where) =>
          `${counted(amount, 'call')} of ${where} to workflows known only at run time, hence not drawn.`,
      ),
      ...switchedOff(workflows),
      ...notContained(workflows),
    ],
  };
}

/** The same picture with these workflows shown as verified off, and what they did as past. */
export function withContained(graph: Graph, contained: ReadonlySet<string>): Graph {
  const nodes = graph.nodes.map((node) =>
    contained.has(node.id) ? { ...node, state: 'contained' as const } : node,
  );
  const edges = graph.edges.map((edge) => {
    const doer = edge.label === 'starts' ? edge.to : edge.from;
    return contained.has(doer) && happening.has(edge.label) ? untilOff(edge) : edge;
  });
  return { ...graph, nodes, edges };
}

/** What goes on only while a workflow is on; whose it is and what it could use stays so. */
const happening: ReadonlySet<string> = new Set(['starts', 'sends to', 'calls', 'on error']);

function untilOff(edge: GraphEdge): GraphEdge {
  return { ...edge, label: `${edge.label} (until switched off)` };
}

function candidatesOf(source: GraphSource): ReadonlyMap<string, Candidate> {
  const found = new Map<string, Candidate>();
  const add = (node: GraphNode, ring: number) => {
    const known = found.get(node.id);
    found.set(node.id, {
      node: known?.node ?? node,
      ring: Math.min(ring, known?.ring ?? ring),
    });
  };
  for (const key of source.askedCredentials) {
    add({ ...credentialNode(source, key, undefined), state: 'affected' }, 0);
  }
  for (const host of source.askedHosts) add({ ...hostNode(host), state: 'affected' }, 0);
  const several = new Set(source.workflows.map(({ workflow }) => workflow.connection)).size > 1;
  for (const one of source.workflows) {
    add(nodeOf(one, several), { asked: 0, linked: 1, sharer: 2 }[one.nearness]);
  }
  for (const { workflow, facts, nearness } of source.workflows) {
    const ring = nearness === 'asked' ? 1 : 2;
    for (const fact of facts) {
      const node = fact.disabled === true ? undefined : nodeOfFact(source, workflow, fact);
      if (node) add(node, ring);
    }
    if (nearness === 'asked' && workflow.owner) add(personNode(workflow.owner), 3);
  }
  return found;
}

function nodeOf({ workflow, nearness }: GraphWorkflow, several: boolean): GraphNode {
  const { ref, name, connectionName } = workflow;
  return {
    id: workflowNode(keyText(workflow)),
    kind: 'workflow',
    ref,
    label: several ? `${name} (${connectionName})` : name,
    state: nearness === 'asked' ? 'affected' : isOn(workflow) ? 'active' : 'inactive',
  };
}

function nodeOfFact(source: GraphSource, workflow: Workflow, fact: Fact): GraphNode | undefined {
  const key = keyText({ connection: workflow.connection, id: fact.value });
  switch (fact.kind) {
    case 'credential':
      return credentialNode(source, key, fact.label);
    case 'host':
      return hostNode(fact.value);
    case 'calls':
    case 'error_workflow':
      // Most are known already; one that no look has found is drawn by its id.
      return { id: workflowNode(key), kind: 'workflow', label: `${fact.value} (not seen)` };
    case 'webhook':
    case 'form':
    case 'chat':
    case 'mcp':
    case 'schedule':
    case 'trigger':
      return entranceNode(workflow, fact);
    case 'runtime_host':
    case 'calls_unknown':
    case 'node':
    case 'package':
    case 'code':
    case 'host_access':
    case 'platform_api':
    case 'env':
    case 'secret':
      return undefined;
  }
}

function credentialNode(source: GraphSource, key: string, label: string | undefined): GraphNode {
  const known = source.credentials.get(key);
  return {
    id: `credential ${key}`,
    kind: 'credential',
    ...(known === undefined ? {} : { ref: known.ref }),
    label: known?.name ?? label ?? key.slice(key.indexOf('/') + 1),
  };
}

/** A host in the picture. */
export function hostNode(host: string): GraphNode {
  return { id: `host ${host}`, kind: 'host', label: host };
}

function personNode(name: string): GraphNode {
  return { id: `person ${name}`, kind: 'person', label: name };
}

function entranceNode(workflow: Workflow, fact: Fact): GraphNode {
  const isAddress = entryKinds.some((kind) => kind === fact.kind);
  const called = [fact.kind === 'webhook' ? fact.method : fact.kind, fact.value].filter(Boolean);
  const label = isAddress ? called.join(' ') : fact.value;
  return {
    id: `${fact.kind} ${keyText(workflow)} ${label}`,
    kind: isAddress ? 'webhook' : fact.kind === 'schedule' ? 'schedule' : 'trigger',
    label: isAddress && fact.auth === 'none' ? `${label}, open to anyone` : label,
  };
}

/** What a workflow does to a thing, or an entrance to a workflow. */
const verbs: Partial<Record<Fact['kind'], string>> = {
  credential: 'uses',
  host: 'sends to',
  calls: 'calls',
  error_workflow: 'on error',
  webhook: 'starts',
  form: 'starts',
  chat: 'starts',
  mcp: 'starts',
  schedule: 'starts',
  trigger: 'starts',
};

function edgesOf(
  source: GraphSource,
  candidates: ReadonlyMap<string, Candidate>,
): readonly GraphEdge[] {
  const versions = new Map<string, { edge: GraphEdge; seenIn: Set<string>; differ: boolean }>();
  const add = (edge: GraphEdge, seenIn: readonly Fact['in'][], differ: boolean) => {
    if (!candidates.has(edge.from) || !candidates.has(edge.to)) return;
    const key = JSON.stringify([edge.from, edge.to, edge.label]);
    const known = versions.get(key) ?? { edge, seenIn: new Set(), differ };
    for (const version of seenIn) known.seenIn.add(version);
    versions.set(key, known);
  };
  for (const { workflow, facts, nearness } of source.workflows) {
    const self = workflowNode(keyText(workflow));
    for (const fact of facts) {
      const label = verbs[fact.kind];
      const other = fact.disabled === true ? undefined : nodeOfFact(source, workflow, fact);
      if (label === undefined || other === undefined) continue;
      const [from, to] = label === 'starts' ? [other.id, self] : [self, other.id];
      add({ from, to, label }, [fact.in], workflow.draftDiffers);
    }
    if (nearness !== 'asked' || !workflow.owner) continue;
    add({ from: personNode(workflow.owner).id, to: self, label: 'owns' }, ['both'], false);
  }
  for (const { credential, workflow } of source.sharers) {
    const edge = { from: workflowNode(workflow), to: `credential ${credential}`, label: 'uses' };
    add(edge, ['both'], false);
  }
  return [...versions.values()].map(({ edge, seenIn, differ }) => {
    const [only] = seenIn;
    if (seenIn.size > 1 || only === undefined || only === 'both') return edge;
    if (only === 'was_live') return untilOff(edge);
    if (!differ) return edge;
    return { ...edge, label: `${edge.label} (${only} only)` };
  });
}

/** What fits, nearest first; nothing but what was asked for stands alone. */
function chosen(
  candidates: ReadonlyMap<string, Candidate>,
  edges: readonly GraphEdge[],
  atMost: number,
): ReadonlyMap<string, GraphNode> {
  const degree = new Map<string, number>();
  for (const end of edges.flatMap(({ from, to }) => [from, to])) {
    degree.set(end, (degree.get(end) ?? 0) + 1);
  }
  const joins = ({ node }: Candidate) => degree.get(node.id) ?? 0;
  const rings = Map.groupBy(candidates.values(), ({ ring }) => ring);
  const inOrder = [...rings]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([ring, own]) =>
      ring === 0 ? own : inTurns(own.toSorted((a, b) => joins(b) - joins(a))),
    );
  const kept = new Map(inOrder.slice(0, atMost).map((one) => [one.node.id, one]));
  const joined = new Set(
    edges.filter(({ from, to }) => kept.has(from) && kept.has(to)).flatMap((e) => [e.from, e.to]),
  );
  return new Map(
    [...kept.values()]
      .filter(({ node, ring }) => ring === 0 || joined.has(node.id))
      .map(({ node }) => [node.id, node]),
  );
}

/** The first of each kind, then the second of each: no kind may push another out. */
function inTurns(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Map<GraphNodeKind, number>();
  return candidates
    .map((candidate) => {
      const { kind } = candidate.node;
      const turn = seen.get(kind) ?? 0;
      seen.set(kind, turn + 1);
      return { candidate, turn, kind: graphNodeKinds.indexOf(kind) };
    })
    .toSorted((a, b) => a.turn - b.turn || a.kind - b.kind)
    .map(({ candidate }) => candidate);
}

function foundButNotDrawn(amount: number): readonly string[] {
  if (amount === 0) return [];
  return [`${counted(amount, 'more workflow')} found and not drawn; narrow the query.`];
}

/** @param isPart whether what lies around it may be among what was found and is not drawn itself */
function withoutRoom(kinds: readonly GraphNodeKind[], isPart: boolean): readonly string[] {
  const parts = graphNodeKinds.flatMap((kind) => {
    const amount = kinds.filter((one) => one === kind).length;
    return amount === 0 ? [] : [counted(amount, kind, kind === 'person' ? 'people' : `${kind}s`)];
  });
  if (parts.length === 0) return [];
  const twice =
    isPart && kinds.includes('workflow') ? '; some of these workflows were found too' : '';
  return [`Not drawn for want of room, around what is drawn: ${listed(parts, 9)}${twice}.`];
}

/** What static analysis cannot know, with the workflows in which that is so. */
function unknowable(
  workflows: readonly GraphWorkflow[],
  kind: Fact['kind'],
  say: (amount: number, where: string) => string,
): readonly string[] {
  const found = workflows.flatMap(({ workflow, facts }) => {
    const own = facts.filter((fact) => fact.kind === kind && fact.disabled !== true);
    const amount = new Set(own.map((fact) => fact.value)).size;
    return amount === 0 ? [] : [{ ref: workflow.ref, amount }];
  });
  const amount = found.reduce((sum, one) => sum + one.amount, 0);
  return amount === 0 ? [] : [say(amount, listed(found.map(({ ref }) => ref)))];
}

/** A picture without these words would be read as the platform's list. */
function notContained(workflows: readonly GraphWorkflow[]): readonly string[] {
  const found = workflows.filter(({ workflow }) => !workflow.active && isOn(workflow));
  if (found.length === 0) return [];
  const refs = listed(found.map(({ workflow }) => workflow.ref));
  const are = found.length === 1 ? 'is' : 'are';
  return [
    `${refs} ${are} drawn as not contained: listed as off, last found on by a check of ours.`,
  ];
}

function switchedOff(workflows: readonly GraphWorkflow[]): readonly string[] {
  const nodes = new Set(
    workflows.flatMap(({ workflow, facts }) =>
      facts
        .filter((fact) => fact.disabled === true && verbs[fact.kind] !== undefined)
        .map((fact) => `${keyText(workflow)} ${fact.node ?? fact.value}`),
    ),
  );
  if (nodes.size === 0) return [];
  return [`${counted(nodes.size, 'step')} switched off in the editor, hence not drawn.`];
}
