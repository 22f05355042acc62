import { z } from 'zod';

import type { Incident } from '../../domain/incident.ts';
import { keyText } from '../../domain/inventory.ts';
import type { Plan } from '../../domain/plan.ts';
import type { View } from '../../domain/reply.ts';
import { undoUnderWay } from '../../domain/undo-under-way.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { keysNamed } from '../convictions.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, followOf, planJson, planTitle } from '../plan-view.ts';
import type { UndoProposal } from '../propose-undo.ts';
import { proposeUndo, undoBlocks } from '../propose-undo.ts';
import { containStatus } from './status.ts';

export const containUndo = defineCommand({
  name: 'contain undo',
  summary: 'Switch on again what a plan switched off: all but the convicted, or only what is named',
  examples: ['contain undo P-1', 'contain undo P-1 w3 w5'],
  words: ['plan', 'workflows…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    plan: planInput,
    workflows: z.string().max(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { store } = context;
      const { plan: contained, incident } = await planOf(context, input, { states: [], words: '' });
      const others = await store.plans.ofIncident(incident.id);
      const going = undoUnderWay(contained, others, context.now());
      const only =
        input.workflows === undefined ? undefined : keysNamed(contained, input.workflows);
      // Whoever repeats the line after their shell died wants to see it through, not a refusal.
      if (going?.state === 'running' && isOf(going, only)) {
        return await containStatus.run(context, { plan: going.name, page: 1 });
      }
      const proposal = await proposeUndo(context, incident, contained, only);
      const saved = await store.save(proposal.change);
      const plan = saved.plans[0] ?? proposal.undo.plan;
      return await undoView(context, { proposal, plan, contained, incident });
    });
  },
});

/** True for an undo that has all that is named in it. */
function isOf({ targets }: Plan, only: ReadonlySet<string> = new Set()): boolean {
  const keys = new Set(targets.map(keyText));
  return [...only].every((key) => keys.has(key));
}

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
