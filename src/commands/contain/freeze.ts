import { z } from 'zod';

import { hasExpired } from '../../domain/approval.ts';
import type { Connection } from '../../domain/connection.ts';
import { activeOn, denyForFreeze } from '../../domain/freezing.ts';
import { keyText } from '../../domain/inventory.ts';
import type { Plan } from '../../domain/plan.ts';
import { assertOpen, frozenAtMost } from '../../domain/planning.ts';
import type { Query } from '../../domain/query.ts';
import type { Block } from '../../domain/reply.ts';
import { counted, listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { connectionOf } from '../connection-of.ts';
import { coverageOf } from '../coverage.ts';
import { deciderOf } from '../deciding.ts';
import { findWithFoundOn } from '../found-on.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { said, warned } from '../incident-view.ts';
import { lineOf } from '../inputs.ts';
import { stepOfOthers } from '../others-decide.ts';
import { audienceOf, planFields, planJson, planTitle, targetTable } from '../plan-view.ts';
import { propose } from '../propose.ts';

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
    const waiting = await store.plans.waitingOn(connection.id);
    await refuseSecondFreeze(context, connection, waiting);
    const coverage = await coverageOf(context);
    const found = await everythingOn(context, connection);
    const { proposal, warnings } = await propose(context, incident, found, {
      freezes: connection.id,
    });
    // Until others have agreed to it, nothing that anybody else planned is void.
    const ending = denyForFreeze(waiting, connection, deciderOf(context)).plans.length;
    const saved = await store.save(proposal.change);
    const plan = saved.plans[0] ?? proposal.plan;
    return {
      kind: 'view',
      title: planTitle(plan),
      blocks: [
        ...note,
        { kind: 'fields', fields: planFields(context, plan, []) },
        ...targetTable(plan, 1),
        warned(
          `Everything that runs on ${connection.name} stops with it, until \`contain thaw ${connection.name}\`.`,
        ),
        ...endingWords(ending),
        ...warnings,
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

/** Those of credentials and users wait on: a secret that leaked is to die in a freeze, too. */
function endingWords(ending: number): readonly Block[] {
  if (ending === 0) return [];
  return [
    said(
      `As it begins, ${counted(ending, 'plan')} for workflows there that still ${ending === 1 ? 'waits ends' : 'wait end'}; plans for credentials and users wait on.`,
    ),
  ];
}

async function refuseFrozen({ store }: CommandContext, connection: Connection): Promise<void> {
  const freeze = (await store.plans.freezing()).find(({ freezes }) => freezes === connection.id);
  if (freeze === undefined) return;
  throw new UserError('conflict', `${connection.name} is frozen already.`, {
    hint: `What came back since is contained with \`contain plan connection:${connection.name} active:true\`.`,
  });
}

/** A line typed twice must not end the plan that somebody is about to agree to. */
async function refuseSecondFreeze(
  { store, caller, now }: CommandContext,
  connection: Connection,
  waiting: readonly Plan[],
): Promise<void> {
  for (const { id, name, freezes } of waiting) {
    const plan = freezes === connection.id && (await store.plans.byName(name, caller.person.id));
    if (!plan || hasExpired(plan, await store.plans.approvals(id), now())) continue;
    throw new UserError('conflict', `${name} is to freeze ${connection.name} already.`, {
      hint: `\`contain approve ${name}\` by another person, then \`contain run ${name}\`; or \`contain cancel ${name}\`.`,
    });
  }
}

/** All that is active; where nothing is, all there is, to be kept off. */
async function everythingOn(context: CommandContext, connection: Connection) {
  const all: Query = {
    kind: 'text',
    field: 'connection',
    value: connection.name,
    wildcard: false,
  };
  const found = await findWithFoundOn(context, activeOn(connection), frozenAtMost);
  const isAllOff = found.total === 0;
  const { hits, total } = isAllOff ? await findWithFoundOn(context, all, frozenAtMost) : found;
  const reasons = [`on ${connection.name}, which is frozen`];
  const own = hits.filter(({ workflow }) => workflow.connection === connection.id);
  return {
    query: `everything on ${listed([connection.name])}`,
    hits: own.map(({ workflow }) => ({ workflow, reasons })),
    total,
    named: new Set(isAllOff ? own.map(({ workflow }) => keyText(workflow)) : []),
  };
}
