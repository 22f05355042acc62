import { z } from 'zod';

import type { Decided } from '../../domain/approval.ts';
import type { Filled } from '../../domain/form.ts';
import type { Incident } from '../../domain/incident.ts';
import { countsFor } from '../../domain/leave.ts';
import { assertEditable } from '../../domain/plan-edit.ts';
import type { Replaced } from '../../domain/plan-edit.ts';
import type { Plan } from '../../domain/plan.ts';
import { assertOpen } from '../../domain/planning.ts';
import type { View } from '../../domain/reply.ts';
import { listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said } from '../incident-view.ts';
import { decidedOf, decideUntilFresh, peopleOf, planInput, planOf } from '../plan-of.ts';
import { planWorkflows, scopeQuery } from '../plan-workflows.ts';
import { planNodes } from '../propose-nodes.ts';

/** Plans that nobody has set going. */
const waiting = {
  states: ['proposed', 'approved'],
  words: 'waits to be run, so there is none to edit',
} as const;

export const containEdit = defineCommand({
  name: 'contain edit',
  summary:
    'Put another plan in the place of one that was not run; nobody has agreed to the new one',
  examples: [
    'contain edit P-1 w3 w9',
    'contain edit P-1 else:archive',
    'contain edit P-1 nodes:"Call,Send mail"',
  ],
  words: ['plan', 'query…'],
  options: {
    ...incidentOption,
    nodes: 'Only these nodes of the one workflow; as before unless said',
    else: 'What follows where disabling fails: `archive`, or `none`; as before unless said',
  },
  permission: 'responder',
  input: z.object({
    plan: planInput,
    query: z.string().exactOptional(),
    nodes: z.string().trim().min(1).max(1_000).exactOptional(),
    else: z.enum(['archive', 'none']).exactOptional(),
    ...incidentInput,
  }),

  async known(asker, given) {
    const named = planInput.safeParse(given['plan']).data;
    const where = typeof given['in'] === 'string' ? { in: given['in'] } : {};
    const about = named === undefined ? where : { ...where, plan: named };
    const { plan, incident } = await planOf(asker, about, waiting);
    assertEditable(plan);
    return { plan: plan.name, in: incident.name, ...asPlanned(plan, incident) };
  },

  async run(context, input) {
    if (input.query === undefined && input.nodes === undefined && input.else === undefined) {
      throw new UserError('bad_input', 'You have not said what is to be different in the plan.', {
        hint: 'e.g. `contain edit P-1 w3 w9`: whatever is not said stays as it was.',
      });
    }
    return await decideUntilFresh(async () => {
      const { plan, incident } = await planOf(context, input, waiting);
      assertOpen(incident);
      assertEditable(plan);
      await refuseStepOf(context, plan, incident);
      const decided = await decidedOf(context, plan);
      const view = await planned(
        context,
        { ...asPlanned(plan, incident), ...input },
        incident,
        decided,
      );
      const lost = await lostYeses(context, decided);
      return {
        ...view,
        blocks: [said(`In place of ${plan.name}, which is withdrawn.${lost}`), ...view.blocks],
      };
    });
  },
});

/** What a plan was made of, as it would be typed. */
function asPlanned(plan: Plan, incident: Incident): Filled {
  const [target] = plan.targets;
  if (plan.purpose === 'mute') {
    const { ref = '', nodes = [] } = target ?? {};
    // Two may have the same name.
    return { query: ref, nodes: nodes.map(({ id }) => id).join(',') };
  }
  const isArchiving = plan.connections.some(({ fallbacks }) => fallbacks !== undefined);
  return {
    ...(plan.query === scopeQuery(incident) ? {} : { query: plan.query }),
    else: isArchiving ? 'archive' : 'none',
  };
}

function planned(
  context: CommandContext,
  wanted: Filled,
  incident: Incident,
  replaced: Replaced,
): Promise<View> {
  const { query, nodes } = wanted;
  const archives = wanted['else'] === 'archive' ? ({ else: 'archive' } as const) : {};
  const asked = { ...(query === undefined ? {} : { query }), ...archives };
  if (nodes !== undefined) {
    return planNodes(context, { ...asked, nodes, in: incident.name }, replaced);
  }
  return planWorkflows(context, asked, { incident, note: [], replaced });
}

/** A step of a runbook goes by the plan that it made, and would know nothing of another one. */
async function refuseStepOf(
  { store }: CommandContext,
  plan: Plan,
  incident: Incident,
): Promise<void> {
  for (const run of await store.runbookRuns.ofIncident(incident.id)) {
    const visits = await store.runbookRuns.visits(run.id);
    if (!visits.some((visit) => visit.plan === plan.id && visit.state === 'current')) continue;
    throw new UserError(
      'conflict',
      `${plan.name} was made by a step of ${run.name}, which goes by it.`,
      {
        hint: `\`contain cancel ${plan.name}\`, then \`runbook do run:${run.name}\` plans the step anew.`,
      },
    );
  }
}

/** Whose yes was given to the plan that is withdrawn, and counts for nothing any more. */
async function lostYeses(context: CommandContext, { plan, approvals }: Decided): Promise<string> {
  const yeses = approvals.filter((one) => countsFor(plan, one));
  const people = await peopleOf(
    context,
    yeses.map(({ person }) => person),
  );
  const names = [...people.values()].map(({ handle }) => `@${handle}`);
  return names.length === 0
    ? ''
    : ` The yes of ${listed(names)} was to that one: this one needs its own.`;
}
