import { z } from 'zod';

import { pausePlan } from '../../domain/plan-life.ts';
import type { Action } from '../../domain/plan.ts';
import type { Block } from '../../domain/reply.ts';
import { listed } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said, warned } from '../incident-view.ts';
import { textOf } from '../inputs.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, planJson } from '../plan-view.ts';

export const containPause = defineCommand({
  name: 'contain pause',
  summary: 'Let a running plan finish the workflow it is at, and no other',
  examples: ['contain pause P-1', 'contain pause P-1 payroll is affected'],
  words: ['plan?', 'reason…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    plan: planInput.exactOptional(),
    reason: textOf(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { plan, incident } = await planOf(context, input, {
        states: ['running'],
        words: 'is running',
      });
      const actions = await context.store.plans.actions(plan.id);
      const saved = await context.store.save(
        pausePlan(plan, actions, deciderOf(context), input.reason),
      );
      return {
        kind: 'view',
        title: `${plan.name} is paused`,
        blocks: [
          said('What was done stays done and is verified; nothing else is begun.'),
          ...askedBlocks(actions),
        ],
        next: [`contain run ${plan.name}`, `contain cancel ${plan.name}`],
        audience: audienceOf(incident),
        outcome: 'done',
        data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
      };
    });
  },
});

/** A call that is under way is seen through: whoever pauses to spare a workflow must know which. */
function askedBlocks(actions: readonly Action[]): readonly Block[] {
  const asked = actions.filter(({ state }) => state === 'requested');
  const refs = [...new Set(asked.map(({ ref }) => ref))];
  if (refs.length === 0) return [];
  const [was, them] = refs.length === 1 ? ['was', 'it'] : ['were', 'them'];
  return [
    warned(
      `${listed(refs, 20)} ${was} asked for already, and may still be done: the platform is asked until it answers. Look at ${them} before you rely on the pause.`,
    ),
  ];
}
