import { z } from 'zod';

import type { Incident } from '../../domain/incident.ts';
import { keyText } from '../../domain/inventory.ts';
import { assertOpen, targetsAtMost } from '../../domain/planning.ts';
import { counted } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import { boundBlocks } from '../bound-view.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { findWorkflows } from '../find-workflows.ts';
import { eachFoundOn } from '../found-on.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { assertNoLoneLetter } from '../lone-letter.ts';
import { nothingFound } from '../nothing-found.ts';
import { stepOfOthers } from '../others-decide.ts';
import { bewareBlocks, planFields, planJson, planTitle, targetTable } from '../plan-view.ts';
import { audienceOf } from '../plan-view.ts';
import { planNodes } from '../propose-nodes.ts';
import type { Wanted } from '../propose.ts';
import { propose } from '../propose.ts';

export const containPlan = defineCommand({
  name: 'contain plan',
  summary: 'Freeze what a query finds into a plan to disable and stop it; nothing is done yet',
  examples: [
    'contain plan credential:"Stripe live"',
    'contain plan w3 w9',
    'contain plan w3 else:archive',
    'contain plan w3 nodes:"Call,Send mail"',
    'contain plan',
    'contain plan host:*.evil.example connection:prod',
  ],
  words: ['query…'],
  options: {
    ...incidentOption,
    nodes:
      'Only these nodes of the one workflow, by name or id with commas between; the rest of it stays on',
    else: 'What follows where disabling fails or is contradicted: `archive`',
  },
  permission: 'responder',
  input: z.object({
    query: z.string().exactOptional(),
    nodes: z.string().trim().min(1).max(1_000).exactOptional(),
    else: z.literal('archive').exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    if (input.nodes !== undefined)
      return await planNodes(context, { ...input, nodes: input.nodes });
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const coverage = await coverageOf(context);
    const found = await wantedWorkflows(context, incident, input);
    const { proposal, warnings } = await propose(context, incident, found, {
      elseArchive: input.else === 'archive',
    });
    const saved = await context.store.save(proposal.change);
    const plan = saved.plans[0] ?? proposal.plan;
    const alone = plan.approvalsNeeded === 0;
    return {
      kind: 'view',
      title: planTitle(plan),
      blocks: [
        ...note,
        ...bewareBlocks(plan),
        { kind: 'fields', fields: planFields(context, plan, []) },
        ...targetTable(plan, 1),
        ...warnings,
        ...(await boundBlocks(context, incident, { plan, approvals: [] })),
        ...stepOfOthers(plan, context.caller.person),
        ...coverage.blocks,
      ],
      next: [
        ...(alone ? [`contain run ${plan.name}`] : []),
        `contain status ${plan.name}`,
        ...(alone ? [] : [`contain cancel ${plan.name}`]),
      ],
      audience: audienceOf(incident),
      outcome: 'done',
      data: {
        incident: incident.name,
        plan: planJson(plan),
        inactive: proposal.inactive.map((workflow) => workflow.ref),
        missing: plan.missing ?? [],
        coverage: coverage.data,
      },
    };
  },
});

/** What the query finds; without one, the workflows in the incident's scope. */
async function wantedWorkflows(
  context: CommandContext,
  incident: Incident,
  { query, else: fallback }: { readonly query?: string; readonly else?: 'archive' },
): Promise<Wanted> {
  if (query !== undefined) assertNoLoneLetter(context, 'contain plan', query);
  const found =
    query === undefined
      ? await workflowsInScope(context, incident)
      : { ...(await findWorkflows(context, query, targetsAtMost)), query };
  if (found.total === 0) {
    const rest = fallback === undefined ? '' : ` else:${fallback}`;
    throw nothingFound((meant) => `contain plan ${meant}${rest}`, found, {
      message: 'No workflow was found, so there is nothing to contain.',
      hint: 'Try the query with `scope find` first; it says what the inventory cannot see.',
    });
  }
  if (found.total <= targetsAtMost) return found;
  throw new UserError(
    'bad_input',
    `${counted(found.total, 'workflow')} found; a plan holds at most ${targetsAtMost.toLocaleString('en')}.`,
    { hint: 'Narrow it, for example with `connection:` or `tag:`, and make several plans.' },
  );
}

async function workflowsInScope(context: CommandContext, incident: Incident): Promise<Wanted> {
  const { store } = context;
  const items = (await store.scope.of(incident.id))
    .filter((item) => item.kind === 'workflow')
    .map((item) => item.key);
  if (items.length === 0) {
    throw new UserError('bad_input', `No workflow is in the scope of ${incident.name} yet.`, {
      hint: 'Say what to contain, e.g. `contain plan w3 w9`, or `scope add` it first.',
    });
  }
  const { hits, total } = await store.inventory.find(
    { kind: 'items', items },
    { limit: targetsAtMost },
  );
  return {
    query: `scope of ${incident.name}`,
    hits: (await eachFoundOn(context, hits)).map(({ workflow }) => ({
      workflow,
      reasons: [`in the scope of ${incident.name}`],
    })),
    total,
    named: new Set(items.map(keyText)),
  };
}
