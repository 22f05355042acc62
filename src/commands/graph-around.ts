import type { GraphSource, GraphWorkflow } from '../domain/graph-build.ts';
import {
  buildGraph,
  graphNodesAtMost,
  withContained,
  workflowNode,
} from '../domain/graph-build.ts';
import type { Graph } from '../domain/graph.ts';
import type { Fact, ItemKey, Workflow } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { CommandContext } from './command.ts';
import { eachFoundOn } from './found-on.ts';

/** What a picture is asked for. */
export type Asked = {
  readonly workflows: readonly Workflow[];
  readonly credentials: readonly ItemKey[];
  readonly hosts: readonly string[];
  /** Workflows that were found and are too many to load. */
  readonly unloaded: number;
};

/** So many workflows are loaded at most for one picture, which shows fewer. */
export const picturedAtMost = graphNodesAtMost / 2;

/** The picture of what was asked for and what hangs together with it, as far as it is off by now. */
export async function pictureOf(context: CommandContext, asked: Asked): Promise<Graph> {
  const listed = await graphAround(context, asked);
  const source = { ...listed, workflows: await eachFoundOn(context, listed.workflows) };
  const graph = buildGraph(source);
  const ids = new Set(graph.nodes.map(({ id }) => id));
  const drawn = source.workflows
    .map(({ workflow }) => workflow)
    .filter((workflow) => ids.has(workflowNode(keyText(workflow))));
  return withContained(graph, await containedAmong(context, drawn));
}

/** Loads what is around it in a few reads, however much there is. */
async function graphAround(
  { store: { inventory } }: CommandContext,
  asked: Asked,
): Promise<GraphSource> {
  const near = new Map<string, { workflow: Workflow; nearness: GraphWorkflow['nearness'] }>();
  const add = (workflows: readonly Workflow[], nearness: GraphWorkflow['nearness']) => {
    for (const workflow of workflows) {
      if (workflow.goneAt !== undefined && nearness !== 'asked') continue;
      if (!near.has(keyText(workflow))) near.set(keyText(workflow), { workflow, nearness });
    }
  };
  add(asked.workflows, 'asked');
  const users = await inventory.usersOfCredentials(asked.credentials);
  add(workflowsOf(users), 'linked');
  const sendTo = await sendersTo(inventory, asked.hosts);
  add(sendTo.workflows, 'linked');
  const facts = new Map(await inventory.factsOf(keysOf(near)));
  add(workflowsOf(await inventory.callersOf(asked.workflows)), 'linked');
  add(await calledBy(inventory, asked.workflows, facts), 'linked');
  const linked = [...near.values()].map(({ workflow }) => workflow);
  const unread = linked.filter((workflow) => !facts.has(keyText(workflow)));
  for (const [key, own] of await inventory.factsOf(unread)) facts.set(key, own);
  const sharers = await inventory.usersOfCredentials(credentialsOf(asked.workflows, facts));
  add(workflowsOf(sharers), 'sharer');
  const known = await inventory.credentials();
  return {
    workflows: [...near].map(([key, one]) => ({ ...one, facts: facts.get(key) ?? [] })),
    credentials: new Map(known.map((one) => [keyText(one), { ref: one.ref, name: one.name }])),
    sharers: [...users, ...sharers].map(({ credential, workflow }) => ({
      credential: keyText(credential),
      workflow: keyText(workflow),
    })),
    askedCredentials: asked.credentials.map(keyText),
    askedHosts: asked.hosts,
    unloaded: asked.unloaded + sendTo.unloaded,
  };
}

type Reads = CommandContext['store']['inventory'];

async function sendersTo(inventory: Reads, hosts: readonly string[]) {
  const found = await Promise.all(
    hosts.map((value) =>
      inventory.find(
        { kind: 'text', field: 'host', value, wildcard: false },
        { limit: graphNodesAtMost },
      ),
    ),
  );
  return {
    workflows: found.flatMap(({ hits }) => hits.map(({ workflow }) => workflow)),
    unloaded: found.reduce((sum, { hits, total }) => sum + total - hits.length, 0),
  };
}

/** Sub-workflows and error workflows, in draft or live version. */
async function calledBy(
  inventory: Reads,
  workflows: readonly Workflow[],
  facts: ReadonlyMap<string, readonly Fact[]>,
): Promise<readonly Workflow[]> {
  const items = pointedAt(workflows, facts, ['calls', 'error_workflow']);
  if (items.length === 0) return [];
  const { hits } = await inventory.find({ kind: 'items', items }, { limit: items.length });
  return hits.map(({ workflow }) => workflow);
}

function credentialsOf(
  workflows: readonly Workflow[],
  facts: ReadonlyMap<string, readonly Fact[]>,
): readonly ItemKey[] {
  return pointedAt(workflows, facts, ['credential']);
}

function pointedAt(
  workflows: readonly Workflow[],
  facts: ReadonlyMap<string, readonly Fact[]>,
  kinds: readonly Fact['kind'][],
): readonly ItemKey[] {
  const keys = workflows.flatMap((workflow) =>
    (facts.get(keyText(workflow)) ?? [])
      .filter((fact) => kinds.includes(fact.kind) && fact.disabled !== true)
      .map((fact) => ({ connection: workflow.connection, id: fact.value })),
  );
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

function workflowsOf(found: readonly { readonly workflow: Workflow }[]): readonly Workflow[] {
  return found.map(({ workflow }) => workflow);
}

function keysOf(near: ReadonlyMap<string, { readonly workflow: Workflow }>): readonly ItemKey[] {
  return [...near.values()].map(({ workflow }) => workflow);
}

/**
 * Ids of those workflows that were switched off and verified so, by plans that the caller may see.
 * One that a later look found active again does not count.
 */
async function containedAmong(
  context: CommandContext,
  workflows: readonly Workflow[],
): Promise<ReadonlySet<string>> {
  const off = await Promise.all(
    workflows.map(async (workflow) =>
      (await isContained(context, workflow)) ? [workflowNode(keyText(workflow))] : [],
    ),
  );
  return new Set(off.flat());
}

async function isContained(
  { store, caller }: CommandContext,
  workflow: Workflow,
): Promise<boolean> {
  if (workflow.foundOnAt !== undefined) return false;
  for (const plan of await store.plans.containing(workflow)) {
    if (!(await store.incidents.byId(plan.incident, caller.person.id))) continue;
    const verified = (await store.plans.actions(plan.id)).find(
      (action) =>
        action.lever === 'disable' &&
        action.state === 'verified' &&
        action.connection === workflow.connection &&
        action.workflow === workflow.id,
    );
    if (!verified) continue;
    return !workflow.active || (verified.settledAt ?? new Date(0)) >= workflow.seenAt;
  }
  return false;
}
