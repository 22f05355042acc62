import { z } from 'zod';

import { assertNotFrozen } from '../../domain/freezing.ts';
import type { Hold } from '../../domain/hold.ts';
import type { Incident } from '../../domain/incident.ts';
import { keyText } from '../../domain/inventory.ts';
import type { Plan } from '../../domain/plan.ts';
import type { View } from '../../domain/reply.ts';
import { mayBeDead } from '../../domain/revocation.ts';
import { undoUnderWay } from '../../domain/undo-under-way.ts';
import type { Undo } from '../../domain/undo.ts';
import { planUndo } from '../../domain/undo.ts';
import { listed } from '../../domain/wording.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { convictionsOf, namedEvents } from '../convictions.ts';
import { gapBlocks } from '../coverage.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { warned } from '../incident-view.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, followOf, planJson, planTitle, targetTable } from '../plan-view.ts';
import { suspectsOf } from '../suspects.ts';
import { holdBlocks } from '../undo-warnings.ts';
import { containStatus } from './status.ts';

export const containUndo = defineCommand({
  name: 'contain undo',
  summary:
    'Switch on again all that a plan switched off, as it was; what is convicted only where it is named',
  examples: ['contain undo P-1'],
  words: ['plan', 'convicted…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    plan: planInput,
    convicted: z.string().max(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { store, newId, newNonce, recorder } = context;
      const { plan: contained, incident } = await planOf(context, input, { states: [], words: '' });
      const others = await store.plans.ofIncident(incident.id);
      const going = undoUnderWay(contained, others, context.now());
      // Whoever repeats the line after their shell died wants to see it through, not a refusal.
      if (going?.state === 'running') {
        return await containStatus.run(context, { plan: going.name, page: 1 });
      }
      const holds = await store.plans.othersHolding(contained.id);
      assertNotFrozen(contained, await store.plans.freezing());
      const suspects = await suspectsOf(context, incident);
      const convictions = await convictionsOf(context, contained, input.convicted);
      const undo = planUndo({
        plan: contained,
        actions: await store.plans.actions(contained.id),
        others,
        held: new Set(holds.map(({ key }) => keyText(key))),
        convicted: convictions.staying,
        incident,
        connections: await store.connections.list(),
        facts: await store.inventory.factsOf(contained.targets),
        revoked: (await store.revocations.ofIncident(incident.id)).filter(mayBeDead),
        notFinal: suspects,
        policy: context.policy,
        by: deciderOf(context),
        newId,
        nonce: newNonce(),
        digester: recorder,
      });
      const saved = await store.save({
        ...undo.change,
        events: [
          ...undo.change.events,
          ...namedEvents(context, convictions.named, { contained, incident }),
        ],
      });
      const plan = saved.plans[0] ?? undo.plan;
      return await undoView(context, { undo, plan, contained, incident, holds, suspects });
    });
  },
});

type Made = {
  readonly undo: Undo;
  readonly plan: Plan;
  readonly contained: Plan;
  readonly incident: Incident;
  readonly holds: readonly Hold[];
  readonly suspects: readonly string[];
};

async function undoView(
  context: CommandContext,
  { undo, plan, contained, incident, holds, suspects }: Made,
): Promise<View> {
  const waits = plan.state !== 'running';
  return {
    kind: 'view',
    title: planTitle(undo.back.length > 0 ? plan : asLetGo(plan)),
    blocks: [
      ...(waits ? [warned(waitWords(plan, suspects))] : []),
      ...targetTable(plan, 1),
      ...undo.lost.map(warned),
      ...(await holdBlocks(context, holds)),
      ...(await gapBlocks(context, [plan])),
    ],
    next: waits
      ? [`contain status ${plan.name}`, `contain cancel ${plan.name}`]
      : [`contain status ${plan.name}`, `contain pause ${plan.name}`],
    audience: audienceOf(incident),
    outcome: waits ? 'done' : 'open',
    ...(waits ? {} : { follow: followOf(plan, incident) }),
    data: {
      incident: incident.name,
      undoes: contained.name,
      plan: planJson(plan),
      lost: [...undo.lost],
    },
  };
}

/** Where other containments keep all of it off, no title is to promise that it comes on. */
function asLetGo(plan: Plan): Plan {
  return { ...plan, targets: plan.targets.map((target) => ({ ...target, active: false })) };
}

function waitWords({ name }: Plan, suspects: readonly string[]): string {
  return `Nothing is switched on yet: ${listed(suspects)} may still open something, so another approver or responder says yes first with \`contain approve ${name}\`. \`cred status\` shows how they stand.`;
}
