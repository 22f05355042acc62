import { z } from 'zod';

import { cancelPlan } from '../../domain/plan-life.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said } from '../incident-view.ts';
import { textOf } from '../inputs.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, planJson } from '../plan-view.ts';

export const containCancel = defineCommand({
  name: 'contain cancel',
  summary: 'End a plan before all of it was done; what was done stays done',
  examples: ['contain cancel P-1', 'contain cancel P-1 wrong credential'],
  words: ['plan', 'reason…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ plan: planInput, reason: textOf(500).exactOptional(), ...incidentInput }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { plan, incident } = await planOf(context, input, { states: [], words: '' });
      const actions = await context.store.plans.actions(plan.id);
      const saved = await context.store.save(
        cancelPlan(plan, actions, deciderOf(context), input.reason),
      );
      const started = plan.startedAt !== undefined;
      return {
        kind: 'view',
        title: `${plan.name} is cancelled`,
        blocks: [
          said(
            started ? 'What was done stays done and is still verified.' : 'Nothing had been done.',
          ),
        ],
        next: started
          ? [`contain status ${plan.name}`, `contain undo ${plan.name}`]
          : ['contain plan <query>'],
        audience: audienceOf(incident),
        outcome: 'done',
        data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
      };
    });
  },
});
