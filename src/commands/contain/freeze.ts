import { z } from 'zod';

import type { Connection } from '../../domain/connection.ts';
import { assertOpen } from '../../domain/planning.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { connectionOf } from '../connection-of.ts';
import { coverageOf } from '../coverage.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { lineOf } from '../inputs.ts';
import { stepOfOthers } from '../others-decide.ts';
import { audienceOf, planFields, planJson, planTitle, targetTable } from '../plan-view.ts';
import { proposeFreeze } from '../propose-freeze.ts';

export const containFreeze = defineCommand({
  name: 'contain freeze',
  summary:
    'Plan to disable everything that a connection holds; as it begins, what was planned there ends',
  examples: ['contain freeze prod', 'contain freeze prod in:INC-7'],
  words: ['connection'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ connection: lineOf(60), ...incidentInput }),

  async run(context, input) {
    const { store } = context;
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const connection = await connectionOf(context, input.connection);
    await refuseFrozen(context, connection);
    const coverage = await coverageOf(context);
    const { proposal, blocks, ending } = await proposeFreeze(context, incident, connection);
    const saved = await store.save(proposal.change);
    const plan = saved.plans[0] ?? proposal.plan;
    return {
      kind: 'view',
      title: planTitle(plan),
      blocks: [
        ...note,
        { kind: 'fields', fields: planFields(context, plan, []) },
        ...targetTable(plan, 1),
        ...blocks,
        ...stepOfOthers(plan, context.caller.person),
        ...coverage.blocks,
      ],
      next: [
        ...(plan.approvalsNeeded === 0 ? [`contain run ${plan.name}`] : []),
        `contain status ${plan.name}`,
        `contain cancel ${plan.name}`,
      ],
      audience: audienceOf(incident),
      outcome: 'done',
      data: {
        incident: incident.name,
        connection: connection.name,
        plan: planJson(plan),
        ending,
        coverage: coverage.data,
      },
    };
  },
});

async function refuseFrozen({ store }: CommandContext, connection: Connection): Promise<void> {
  const freeze = (await store.plans.freezing()).find(({ freezes }) => freezes === connection.id);
  if (freeze === undefined) return;
  throw new UserError('conflict', `${connection.name} is frozen already.`, {
    hint: `What came back since is contained with \`contain plan connection:${connection.name} active:true\`.`,
  });
}
