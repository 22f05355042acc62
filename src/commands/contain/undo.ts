import { z } from 'zod';

import { convictedIn } from '../../domain/conviction.ts';
import { assertNotFrozen } from '../../domain/freezing.ts';
import { keyText } from '../../domain/inventory.ts';
import type { Plan } from '../../domain/plan.ts';
import { mayBeDead } from '../../domain/revocation.ts';
import { undoUnderWay } from '../../domain/undo-under-way.ts';
import { planUndo } from '../../domain/undo.ts';
import { listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { gapBlocks } from '../coverage.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { warned } from '../incident-view.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, followOf, planJson, planTitle, targetTable } from '../plan-view.ts';
import { suspectsOf } from '../suspects.ts';
import { tokens } from '../tokens.ts';
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
      const undo = planUndo({
        plan: contained,
        actions: await store.plans.actions(contained.id),
        others,
        held: new Set(holds.map(({ key }) => keyText(key))),
        convicted: await staysConvicted(context, contained, input.convicted),
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
      const saved = await store.save(undo.change);
      const plan = saved.plans[0] ?? undo.plan;
      const waits = plan.state !== 'running';
      return {
        kind: 'view',
        title: planTitle(plan),
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
    });
  },
});

/** What was convicted in the incident and is not named in the line. */
async function staysConvicted(
  { store }: CommandContext,
  plan: Plan,
  named: string | undefined,
): Promise<ReadonlySet<string>> {
  const words = tokens(named ?? '').map(({ text }) => text.replace(/,$/, '').toLowerCase());
  const chosen = words.map((word) => {
    const target = plan.targets.find(({ ref }) => ref === word);
    if (target) return keyText(target);
    throw new UserError('bad_input', `“${word}” is no workflow of ${plan.name}.`, {
      hint: `e.g. \`contain undo ${plan.name} ${plan.targets[0]?.ref ?? 'w12'}\``,
    });
  });
  const convicted = convictedIn(await store.scope.of(plan.incident));
  assertNoneAlone(plan, chosen, convicted);
  return new Set([...convicted].filter((key) => !chosen.includes(key)));
}

/** Whoever names some of them wants those alone, and is not to get all of them. */
function assertNoneAlone(
  { name, targets }: Plan,
  chosen: readonly string[],
  convicted: ReadonlySet<string>,
): void {
  const plain = targets.filter((target) => !convicted.has(keyText(target)));
  const named = plain.filter((target) => chosen.includes(keyText(target)));
  if (named.length === 0 || named.length === plain.length) return;
  const are = named.length === 1 ? 'is' : 'are';
  throw new UserError(
    'bad_input',
    `${listed(named.map(({ ref }) => ref))} ${are} not convicted, and an undo of ${name} takes back all ${plain.length}, not some alone.`,
    {
      hint: `\`contain undo ${name}\` switches on all; what is to stay off is convicted before it: \`scope convict <workflow>\`.`,
    },
  );
}

function waitWords({ name }: Plan, suspects: readonly string[]): string {
  return `Nothing is switched on yet: ${listed(suspects)} may still open something, so another approver or responder says yes first with \`contain approve ${name}\`. \`cred status\` shows how they stand.`;
}
