import { z } from 'zod';

import { approve } from '../../domain/approval.ts';
import type { Decider } from '../../domain/plan-change.ts';
import { countedTargets } from '../../domain/plan-words.ts';
import { counted } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { mayAskForCode, provenFor, rulesOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said } from '../incident-view.ts';
import { textOf } from '../inputs.ts';
import { decidedOf, planInput, planOf } from '../plan-of.ts';
import { audienceOf, bewareBlocks, planFields, planJson } from '../plan-view.ts';
import { undoWarnings } from '../undo-warnings.ts';

export const containApprove = defineCommand({
  name: 'contain approve',
  summary: 'Say yes to exactly this plan; somebody else than who made it',
  examples: ['contain approve P-1', 'contain approve P-1 agreed with payments digest:3f2a9c01'],
  words: ['plan', 'reason…'],
  options: { ...incidentOption, digest: 'The first characters of the digest that you read' },
  permission: 'approver',
  alsoFor: ['responder'],
  input: z.object({
    plan: planInput,
    reason: textOf(500).exactOptional(),
    digest: z.string().max(64).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    return await mayAskForCode(context, async () => {
      const { plan, incident } = await planOf(context, input, { states: [], words: '' });
      const decided = await decidedOf(context, plan);
      const yesOf = (by: Decider) =>
        approve(decided, {
          by,
          ...rulesOf(context),
          digester: context.recorder,
          ...(input.reason === undefined ? {} : { reason: input.reason }),
          ...(input.digest === undefined ? {} : { seen: input.digest }),
        });
      const change = yesOf(await provenFor(context, (by) => Promise.resolve(yesOf(by))));
      const saved = await context.store.save(change);
      const after = saved.plans[0] ?? plan;
      const approvals = [...decided.approvals, ...(change.approvals ?? [])];
      return {
        kind: 'view',
        title:
          after.state === 'approved'
            ? `${plan.name} is approved: ${countedTargets(plan)}`
            : `${plan.name} has ${counted(approvals.length, 'yes', 'yeses')} and needs more`,
        blocks: [
          { kind: 'fields', fields: planFields(context, after, approvals) },
          ...bewareBlocks(plan),
          ...(await undoWarnings(context, plan, incident)),
          said('Nothing was done yet: it acts when somebody runs it.'),
        ],
        next: [`contain run ${plan.name}`, `contain status ${plan.name}`],
        audience: audienceOf(incident),
        outcome: 'done',
        data: { incident: incident.name, plan: planJson(after) },
      };
    });
  },
});
