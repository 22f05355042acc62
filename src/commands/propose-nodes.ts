import type { Incident } from '../domain/incident.ts';
import type { Workflow, WorkflowNode } from '../domain/inventory.ts';
import { proposeMute } from '../domain/muting.ts';
import type { Replaced } from '../domain/plan-edit.ts';
import type { Block, View } from '../domain/reply.ts';
import { counted } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import { boundBlocks } from './bound-view.ts';
import type { CommandContext } from './command.ts';
import { coverageOf } from './coverage.ts';
import { deciderOf } from './deciding.ts';
import { findWorkflows } from './find-workflows.ts';
import { incidentOf } from './incident-of.ts';
import { said, warned } from './incident-view.ts';
import { likely } from './likely.ts';
import { assertOnStage } from './on-stage.ts';
import { stepOfOthers } from './others-decide.ts';
import { audienceOf, editLine, planFields, planJson, planTitle, targetTable } from './plan-view.ts';
import { assertRoomToWait, savePlan } from './save-plan.ts';

/** Which nodes of which workflow, as it was typed. */
type Wanted = {
  readonly query?: string;
  readonly nodes: string;
  readonly else?: 'archive';
  readonly in?: string;
};

/** A plan for nodes of one workflow, not yet stored. */
export type NodesProposal = {
  readonly proposal: ReturnType<typeof proposeMute>;
  /** That the workflow itself is not contained by it. */
  readonly caution: Block;
};

/**
 * Freezes into a plan that single nodes of one workflow are switched off.
 *
 * @param named.nodes their names or ids, with commas between
 * @param replaced a plan that this one takes the place of
 */
export async function proposeNodes(
  context: CommandContext,
  incident: Incident,
  named: { readonly workflow: Workflow; readonly nodes: string; readonly query: string },
  replaced?: Replaced,
): Promise<NodesProposal> {
  const { store, policy } = context;
  const { workflow } = named;
  const connection = await store.connections.byId(workflow.connection);
  if (!connection) {
    throw new UserError('not_found', `${workflow.connectionName} is no longer connected.`);
  }
  const known = await store.inventory.nodesOf(workflow);
  const canMute = connection.capabilities.muteNodes === true;
  const proposal = proposeMute({
    incident,
    workflow,
    connection,
    // Who has no such lever is told that, rather than that it has no such node.
    nodes: canMute ? chosen(workflow, known, named.nodes) : [],
    query: named.query,
    policy,
    by: deciderOf(context),
    newId: context.newId,
    nonce: context.newNonce(),
    digester: context.recorder,
  });
  await assertOnStage(context, incident, proposal.plan);
  await assertRoomToWait(context, proposal.plan, replaced);
  const caution = warned(
    `${workflow.ref} is NOT contained by this: it stays on, and all its other nodes go on. To switch off all of it: \`contain plan ${workflow.ref}\`.`,
  );
  return { proposal, caution };
}

/** The same as a line says it; the plan is stored, and what to know is shown. */
export async function planNodes(
  context: CommandContext,
  wanted: Wanted,
  replaced?: Replaced,
): Promise<View> {
  const { caller } = context;
  const { incident, note } = await incidentOf(context, wanted.in);
  const coverage = await coverageOf(context);
  const workflow = await oneWorkflow(context, wanted);
  const query = `${wanted.query?.trim() ?? workflow.ref} nodes:"${wanted.nodes}"`;
  const named = { workflow, nodes: wanted.nodes, query };
  const { proposal, caution } = await proposeNodes(context, incident, named, replaced);
  const plan = await savePlan(context, proposal, replaced);
  return {
    kind: 'view',
    title: planTitle(plan),
    blocks: [
      ...note,
      caution,
      { kind: 'fields', fields: planFields(context, plan, []) },
      ...targetTable(plan, 1),
      said('What these nodes are in the middle of is not claimed to end with them.'),
      ...(await boundBlocks(context, incident, { plan, approvals: [] })),
      ...stepOfOthers(plan, caller.person),
      ...coverage.blocks,
    ],
    next: [
      plan.approvalsNeeded === 0 ? `contain run ${plan.name}` : `contain status ${plan.name}`,
      editLine(plan),
      `contain cancel ${plan.name}`,
    ],
    audience: audienceOf(incident),
    outcome: 'done',
    data: {
      incident: incident.name,
      plan: planJson(plan),
      ...(replaced === undefined ? {} : { replaces: replaced.plan.name }),
      coverage: coverage.data,
    },
  };
}

async function oneWorkflow(context: CommandContext, wanted: Wanted): Promise<Workflow> {
  if (wanted.else !== undefined) {
    throw new UserError('bad_input', 'Nodes cannot be archived; `else:` is for whole workflows.');
  }
  const { query } = wanted;
  const found = query === undefined ? undefined : await findWorkflows(context, query, 2);
  const [hit] = found?.hits ?? [];
  if (hit && found?.total === 1) return hit.workflow;
  throw new UserError(
    'bad_input',
    `\`nodes:\` is about one workflow, and ${counted(found?.total ?? 0, 'workflow')} ${found?.total === 1 ? 'was' : 'were'} named.`,
    { hint: 'e.g. `contain plan w3 nodes:"Call,Send mail"`' },
  );
}

/** @throws UserError `not_found` or `ambiguous` with ids as candidates */
function chosen(
  workflow: Workflow,
  known: readonly WorkflowNode[],
  typed: string,
): readonly WorkflowNode[] {
  const names = typed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const nodes = names.map((name) => nodeNamed(workflow, known, name));
  if (nodes.length > 0) return [...new Set(nodes)];
  throw new UserError('bad_input', `No node of ${workflow.ref} was named.`);
}

function nodeNamed({ ref }: Workflow, known: readonly WorkflowNode[], typed: string): WorkflowNode {
  const byId = known.find(({ id }) => id === typed);
  const named = known.filter(({ name }) => name.toLowerCase() === typed.toLowerCase());
  const [first, ...others] = byId ? [byId] : named;
  if (first && others.length === 0) return first;
  if (first) {
    throw new UserError(
      'ambiguous',
      `Several nodes of ${ref} are called “${typed}”. Say which one.`,
      {
        hint: `by its id, e.g. \`contain plan ${ref} nodes:${first.id}\``,
        candidates: named.map(labelOf),
      },
    );
  }
  const near = likely(
    typed,
    known.map((node) => ({ node, called: [node.name, node.id] })),
  ).map(({ node }) => node);
  throw new UserError('not_found', `${ref} has no node “${typed}”.`, {
    hint: 'Type whole names or ids with commas between; `scope sync` looks for new ones.',
    candidates: (near.length > 0 ? near : known.slice(0, 10)).map(labelOf),
  });
}

function labelOf({ id, name }: WorkflowNode): string {
  return `${id} ${name}`;
}
