import { z } from 'zod';

import { pausePlan } from '../../domain/plan-life.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said } from '../incident-view.ts';
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
        blocks: [said('What was done stays done and is verified; no other workflow is touched.')],
        next: [`contain run ${plan.name}`, `contain cancel ${plan.name}`],
        audience: audienceOf(incident),
        outcome: 'done',
        data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
      };
    });
  },
});
