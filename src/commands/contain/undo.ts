import { z } from 'zod';

import { planUndo } from '../../domain/undo.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { warned } from '../incident-view.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, followOf, planJson, planTitle, targetTable } from '../plan-view.ts';

export const containUndo = defineCommand({
  name: 'contain undo',
  summary: 'Switch on again what a plan switched off, as it was; refuses what moved meanwhile',
  examples: ['contain undo P-1'],
  words: ['plan'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ plan: planInput, ...incidentInput }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { store, newId, newNonce, recorder } = context;
      const { plan: contained, incident } = await planOf(context, input, { states: [], words: '' });
      const undo = planUndo({
        plan: contained,
        actions: await store.plans.actions(contained.id),
        others: await store.plans.ofIncident(incident.id),
        incident,
        connections: await store.connections.list(),
        facts: await store.inventory.factsOf(contained.targets),
        by: deciderOf(context),
        newId,
        nonce: newNonce(),
        digester: recorder,
      });
      const saved = await store.save(undo.change);
      const plan = saved.plans[0] ?? undo.plan;
      return {
        kind: 'view',
        title: planTitle(plan),
        blocks: [...targetTable(plan, 1), ...undo.lost.map(warned)],
        next: [`contain status ${plan.name}`, `contain pause ${plan.name}`],
        audience: audienceOf(incident),
        outcome: 'open',
        follow: followOf(plan, incident),
        data: {
          incident: incident.name,
          undoes: contained.name,
          plan: planJson(plan),
          lost: [...undo.lost],
        },
      };
    });
  },
});
