import { assertNotFrozen } from '../domain/freezing.ts';
import type { Hold } from '../domain/hold.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { mayBeDead } from '../domain/revocation.ts';
import type { Undo } from '../domain/undo.ts';
import { planUndo } from '../domain/undo.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { Change } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { convictionsOf, namedEvents } from './convictions.ts';
import { gapBlocks } from './coverage.ts';
import { deciderOf } from './deciding.ts';
import { warned } from './incident-view.ts';
import { targetTable } from './plan-view.ts';
import { suspectsOf } from './suspects.ts';
import { holdBlocks } from './undo-warnings.ts';

/** What is to be switched on again, not yet stored. */
export type UndoProposal = {
  readonly undo: Undo;
  readonly change: Change;
  /** What other containments keep off. */
  readonly holds: readonly Hold[];
  /** Credentials that may still open something. */
  readonly suspects: readonly string[];
};

/**
 * Freezes into a plan what another plan switched off and is to come on again; where nobody else
 * has to agree, it begins as it is stored.
 *
 * @param only what alone is to come on, by `keyText`, convicted or not; absent, all but the convicted
 * @throws UserError as `planUndo`, `conflict` while its connection is frozen by another plan, or by
 *   itself where only some is to come on
 */
export async function proposeUndo(
  context: CommandContext,
  incident: Incident,
  contained: Plan,
  only?: ReadonlySet<string>,
): Promise<UndoProposal> {
  const { store, newId, newNonce, recorder } = context;
  const holds = await store.plans.othersHolding(contained.id);
  const freezes = await store.plans.freezing();
  assertNotFrozen(contained, freezes);
  if (only && freezes.some(({ id }) => id === contained.id)) throw frozenWhole(contained);
  const suspects = await suspectsOf(context, incident);
  const convictions = await convictionsOf(context, contained, only);
  const undo = planUndo({
    plan: contained,
    actions: await store.plans.actions(contained.id),
    others: await store.plans.ofIncident(incident.id),
    held: new Set(holds.map(({ key }) => keyText(key))),
    convicted: convictions.staying,
    ...(only === undefined ? {} : { only }),
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
  const named = namedEvents(context, convictions.named, { contained, incident });
  const change = { ...undo.change, events: [...undo.change.events, ...named] };
  return { undo, change, holds, suspects };
}

/** One workflow that is on again would end the freeze of all the others. */
function frozenWhole({ name, connections, freezes }: Plan): UserError {
  const on = connections.find(({ id }) => id === freezes)?.name ?? 'The connection';
  return new UserError(
    'conflict',
    `${name} freezes ${on} as a whole, so nothing on it is switched on alone.`,
    {
      hint: `\`contain thaw ${on}\` ends that; what is to stay off is convicted before: \`scope convict <workflow>\`.`,
    },
  );
}

/** What comes on, what was lost meanwhile, and what stays off. */
export async function undoBlocks(
  context: CommandContext,
  { undo, holds, suspects }: UndoProposal,
  plan: Plan,
): Promise<readonly Block[]> {
  return [
    ...(plan.state === 'running' ? [] : [warned(waitWords(plan, suspects))]),
    ...targetTable(plan, 1),
    ...undo.lost.map(warned),
    ...(await holdBlocks(context, holds)),
    ...(await gapBlocks(context, [plan])),
  ];
}

function waitWords({ name }: Plan, suspects: readonly string[]): string {
  return `Nothing is switched on yet: ${listed(suspects)} may still open something, so another approver or responder says yes first with \`contain approve ${name}\`. \`cred status\` shows how they stand.`;
}
