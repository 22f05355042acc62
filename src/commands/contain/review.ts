import { z } from 'zod';

import { reviewOverride } from '../../domain/overriding.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said } from '../incident-view.ts';
import { reasonOf } from '../inputs.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, planJson } from '../plan-view.ts';

export const containReview = defineCommand({
  name: 'contain review',
  summary: 'Say what you think of a commander’s override; without it the incident stays open',
  examples: ['contain review P-1 right: the key was in use, and nobody answered for 20 minutes'],
  words: ['plan', 'finding…'],
  options: incidentOption,
  permission: 'approver',
  alsoFor: ['admin'],
  input: z.object({ plan: planInput, finding: reasonOf(1_000), ...incidentInput }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { plan, incident } = await planOf(context, input, { states: [], words: '' });
      const change = reviewOverride(plan, input.finding, deciderOf(context));
      const saved = await context.store.save(change);
      return {
        kind: 'view',
        title: `The override of ${plan.name} is reviewed`,
        blocks: [said(input.finding)],
        next: [`contain status ${plan.name}`],
        audience: audienceOf(incident),
        outcome: 'done',
        data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
      };
    });
  },
});
