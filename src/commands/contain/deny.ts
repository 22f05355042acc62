import { z } from 'zod';

import { deny } from '../../domain/approval.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, rulesOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said } from '../incident-view.ts';
import { textOf } from '../inputs.ts';
import { decidedOf, planInput, planOf } from '../plan-of.ts';
import { audienceOf, planJson } from '../plan-view.ts';

export const containDeny = defineCommand({
  name: 'contain deny',
  summary: 'Say no to a plan, which ends it; say why',
  examples: ['contain deny P-1 payroll runs tonight, leave w7 out'],
  words: ['plan', 'reason…'],
  options: incidentOption,
  permission: 'approver',
  alsoFor: ['responder'],
  input: z.object({ plan: planInput, reason: textOf(500).exactOptional(), ...incidentInput }),

  async run(context, input) {
    const { plan, incident } = await planOf(context, input, { states: [], words: '' });
    const change = deny(await decidedOf(context, plan), {
      by: deciderOf(context),
      ...rulesOf(context),
      digester: context.recorder,
      ...(input.reason === undefined ? {} : { reason: input.reason }),
    });
    const saved = await context.store.save(change);
    return {
      kind: 'view',
      title: `${plan.name} is denied; nothing was done`,
      blocks: input.reason === undefined ? [] : [said(input.reason)],
      next: ['contain plan <query>'],
      audience: audienceOf(incident),
      outcome: 'done',
      data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
    };
  },
});
