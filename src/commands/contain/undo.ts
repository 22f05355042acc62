import { z } from 'zod';

import type { Incident } from '../../domain/incident.ts';
import type { Plan } from '../../domain/plan.ts';
import type { View } from '../../domain/reply.ts';
import { undoUnderWay } from '../../domain/undo-under-way.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, followOf, planJson, planTitle } from '../plan-view.ts';
import type { UndoProposal } from '../propose-undo.ts';
import { proposeUndo, undoBlocks } from '../propose-undo.ts';
import { containStatus } from './status.ts';

export const containUndo = defineCommand({
  name: 'contain undo',
  summary:
    'Switch on again all that a plan switched off, as it was; what is convicted only where it is named',
  examples: ['contain undo P-1'],
  words: ['plan', 'convicted…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    plan: planInput,
    convicted: z.string().max(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { store } = context;
      const { plan: contained, incident } = await planOf(context, input, { states: [], words: '' });
      const others = await store.plans.ofIncident(incident.id);
      const going = undoUnderWay(contained, others, context.now());
      // Whoever repeats the line after their shell died wants to see it through, not a refusal.
      if (going?.state === 'running') {
        return await containStatus.run(context, { plan: going.name, page: 1 });
      }
      const proposal = await proposeUndo(context, incident, contained, input.convicted);
      const saved = await store.save(proposal.change);
      const plan = saved.plans[0] ?? proposal.undo.plan;
      return await undoView(context, { proposal, plan, contained, incident });
    });
  },
});

type Made = {
  readonly proposal: UndoProposal;
  readonly plan: Plan;
  readonly contained: Plan;
  readonly incident: Incident;
};

async function undoView(
  context: CommandContext,
  { proposal, plan, contained, incident }: Made,
): Promise<View> {
  const waits = plan.state !== 'running';
  return {
    kind: 'view',
    title: planTitle(proposal.undo.back.length > 0 ? plan : asLetGo(plan)),
    blocks: [...(await undoBlocks(context, proposal, plan))],
    next: waits
      ? [`contain status ${plan.name}`, `contain cancel ${plan.name}`]
      : [`contain status ${plan.name}`, `contain pause ${plan.name}`],
    audience: audienceOf(incident),
    outcome: waits ? 'done' : 'open',
    ...(waits ? {} : { follow: followOf(plan, incident) }),
    data: {
      incident: incident.name,
      undoes: contained.name,
      plan: planJson(plan),
      lost: [...proposal.undo.lost],
    },
  };
}

/** Where other containments keep all of it off, no title is to promise that it comes on. */
function asLetGo(plan: Plan): Plan {
  return { ...plan, targets: plan.targets.map((target) => ({ ...target, active: false })) };
}
