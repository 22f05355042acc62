import type { Workflow } from '../domain/inventory.ts';
import { inputWords, stepText } from '../domain/runbook-input.ts';
import type { Walk } from '../domain/runbook-run.ts';
import { currentOf } from '../domain/runbook-run.ts';
import type { StepDeed } from '../domain/runbook.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { coverageOf } from './coverage.ts';
import { planFields, targetTable } from './plan-view.ts';
import { proposeNodes } from './propose-nodes.ts';
import type { Carried, Here } from './runbook-carried.ts';
import { refuseSecondPlan } from './runbook-second-plan.ts';
import { workflowsOf } from './runbook-workflows.ts';

/** Plans that single nodes of a workflow are switched off, as `contain plan … nodes:` does. */
export async function planNodesOf(
  context: CommandContext,
  { walk, incident, deed }: Here,
): Promise<Carried> {
  await refuseSecondPlan(context, walk);
  const workflow = await workflowIn(context, walk, deed);
  const coverage = await coverageOf(context);
  const { run } = walk;
  const nodes = calledIn(walk, deed);
  const query = `${run.name} “${currentOf(walk).step.heading}”: ${workflow.ref} nodes:"${nodes}"`;
  const named = { workflow, nodes, query };
  const { proposal, caution } = await proposeNodes(context, incident, named);
  const { plan } = proposal;
  return {
    change: proposal.change,
    text: `planned to switch off nodes of ${workflow.ref} alone: ${nodes}`,
    plan,
    ends: false,
    blocks: [
      caution,
      { kind: 'fields', fields: planFields(context, plan, []) },
      ...targetTable(plan, 1),
      ...coverage.blocks,
    ],
  };
}

/** `“Call, Send mail” of w3 “Shop”`: which nodes a step means. */
export function nodesWords(walk: Walk, deed: StepDeed): string {
  const workflow = deed.nodes && walk.run.inputs[deed.nodes.workflow];
  return `“${calledIn(walk, deed)}” of ${inputWords(workflow)}`;
}

function calledIn({ run }: Walk, { nodes }: StepDeed): string {
  return nodes === undefined ? '' : stepText(nodes.called, run.inputs);
}

async function workflowIn(
  context: CommandContext,
  walk: Walk,
  { nodes }: StepDeed,
): Promise<Workflow> {
  const input = nodes?.workflow ?? '';
  const { hits } = await workflowsOf(context, walk, { kind: 'input', field: 'workflow', input });
  const [hit] = hits;
  if (hit) return hit.workflow;
  throw new UserError('not_found', 'The workflow of this step is no longer there.', {
    hint: '`scope sync` looks again; `runbook skip <why>` goes on without.',
  });
}
