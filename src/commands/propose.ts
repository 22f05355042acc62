import type { ConnectionId } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { Replaced } from '../domain/plan-edit.ts';
import type { Plan } from '../domain/plan.ts';
import type { Proposal } from '../domain/planning.ts';
import { proposePlan } from '../domain/planning.ts';
import type { Block } from '../domain/reply.ts';
import { spentBefore } from '../domain/spent.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import type { FoundWorkflows } from './find-workflows.ts';
import { lookAround } from './find-workflows.ts';
import { warned } from './incident-view.ts';
import { assertOnStage } from './on-stage.ts';
import { planCautions } from './plan-cautions.ts';
import { assertRoomToWait } from './save-plan.ts';
import { spentOf } from './spent-view.ts';
import { twinWords } from './twin-words.ts';

/** What a plan is to be made of, and how it was found, for people to read. */
export type Wanted = FoundWorkflows & { readonly query: string };

/** Freezes what was found into a plan, with what to know before running it; nothing is stored yet. */
export async function propose(
  context: CommandContext,
  incident: Incident,
  found: Wanted,
  how: {
    readonly freezes?: ConnectionId;
    readonly elseArchive?: boolean;
  } = {},
  replaced?: Replaced,
): Promise<{ proposal: Proposal; warnings: ReturnType<typeof planCautions> }> {
  const { store, newId, newNonce, recorder, policy } = context;
  const around = await lookAround(
    context,
    found.hits.map((hit) => hit.workflow),
  );
  const connections = await store.connections.list();
  const proposal = proposePlan({
    incident,
    query: found.query,
    hits: found.hits,
    missing: (found.missing ?? []).map(({ text }) => text),
    named: found.named,
    errorWorkflows: around.errorWorkflows,
    surroundings: around.surroundings,
    connections,
    policy,
    ...how,
    spent: how.freezes === undefined ? await spentBeforeOf(context, incident, found) : new Map(),
    by: deciderOf(context),
    newId,
    nonce: newNonce(),
    digester: recorder,
  });
  await assertOnStage(context, incident, proposal.plan);
  await assertRoomToWait(context, proposal.plan, replaced);
  return {
    proposal,
    warnings: [
      ...frozenWords(proposal.plan, await store.plans.freezing()),
      ...(how.freezes === undefined ? await twinWords(context, proposal.plan) : []),
      ...planCautions(proposal, around, connections),
    ],
  };
}

/** By `keyText`, that each lever was pulled in vain on what is planned once more. */
async function spentBeforeOf(
  context: CommandContext,
  incident: Incident,
  { hits }: Wanted,
): Promise<ReadonlyMap<string, string>> {
  const keys = hits.map(({ workflow: { connection, id } }) => ({ connection, id }));
  const spent = await spentOf(context, incident.id, keys);
  return new Map([...spent].map(([key, { action, plan }]) => [key, spentBefore(action, plan)]));
}

/** What is on although its connection is frozen came back: that is news, and no reason to refuse. */
function frozenWords(plan: Plan, freezes: readonly Plan[]): readonly Block[] {
  return plan.connections
    .filter(({ id }) => freezes.some((freeze) => freeze.freezes === id))
    .map(({ name }) =>
      warned(
        `${name} is frozen: what is on there was switched on since. A thaw (\`contain thaw ${name}\`) leaves it off.`,
      ),
    );
}
