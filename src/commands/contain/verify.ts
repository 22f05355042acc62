import { z } from 'zod';

import { verifyAgain } from '../../domain/plan-life.ts';
import { counted } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { gapBlocks } from '../coverage.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, followOf, planJson } from '../plan-view.ts';

export const containVerify = defineCommand({
  name: 'contain verify',
  summary: 'Look at the platform again: does what was done still hold?',
  examples: ['contain verify P-1', 'contain verify'],
  words: ['plan?'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ plan: planInput.exactOptional(), ...incidentInput }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { plan, incident } = await planOf(context, input, {
        states: ['running', 'paused', 'finished'],
        words: 'was run',
      });
      const actions = await context.store.plans.actions(plan.id);
      const change = verifyAgain(plan, actions, deciderOf(context));
      const again = (change.actions ?? []).filter(({ state }) => state === 'pending').length;
      const saved = await context.store.save(change);
      return {
        kind: 'view',
        title: `${plan.name} is being verified again: ${counted(again, 'action')}`,
        blocks: await gapBlocks(context, [plan]),
        next: [`contain status ${plan.name}`],
        audience: audienceOf(incident),
        outcome: 'open',
        follow: followOf(plan, incident),
        data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
      };
    });
  },
});
