import { z } from 'zod';

import { startRun } from '../../domain/plan-life.ts';
import { counted } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { decidedOf, decideUntilFresh, peopleOf, planInput, planOf } from '../plan-of.ts';
import { audienceOf, followOf, planJson } from '../plan-view.ts';

export const containRun = defineCommand({
  name: 'contain run',
  summary: 'Carry out a plan, or go on with a paused one; every act is verified',
  examples: ['contain run P-1', 'contain run'],
  words: ['plan?'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ plan: planInput.exactOptional(), ...incidentInput }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { plan, incident } = await planOf(context, input, {
        states: ['proposed', 'approved', 'paused'],
        words: 'could be run',
      });
      const decided = await decidedOf(context, plan);
      const change = startRun(decided, {
        by: deciderOf(context),
        incident,
        connections: await context.store.connections.list(),
        people: await peopleOf(
          context,
          decided.approvals.map((approval) => approval.person),
        ),
        digester: context.recorder,
      });
      const saved = await context.store.save(change);
      return {
        kind: 'view',
        title: `${plan.name} ${plan.state === 'paused' ? 'goes on' : 'runs'}: ${counted(plan.targets.length, 'workflow')}`,
        blocks: [],
        next: [`contain status ${plan.name}`, `contain pause ${plan.name}`],
        audience: audienceOf(incident),
        outcome: 'open',
        follow: followOf(plan, incident),
        data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
      };
    });
  },
});
