import type { Incident } from '../domain/incident.ts';
import { assertFewWait } from '../domain/plan-progress.ts';
import type { Proposal } from '../domain/planning.ts';
import { proposePlan } from '../domain/planning.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import type { FoundWorkflows } from './find-workflows.ts';
import { lookAround } from './find-workflows.ts';
import { planCautions } from './plan-cautions.ts';

/** What a plan is to be made of, and how it was found, for people to read. */
export type Wanted = FoundWorkflows & { readonly query: string };

/** Freezes what was found into a plan, with what to know before running it; nothing is stored yet. */
export async function propose(
  context: CommandContext,
  incident: Incident,
  found: Wanted,
): Promise<{ proposal: Proposal; warnings: ReturnType<typeof planCautions> }> {
  const { store, newId, newNonce, recorder, policy, now } = context;
  const around = await lookAround(
    store.inventory,
    found.hits.map((hit) => hit.workflow),
  );
  const connections = await store.connections.list();
  const proposal = proposePlan({
    incident,
    query: found.query,
    hits: found.hits,
    named: found.named,
    errorWorkflows: around.errorWorkflows,
    surroundings: around.surroundings,
    connections,
    policy,
    by: deciderOf(context),
    newId,
    nonce: newNonce(),
    digester: recorder,
  });
  const { approvalsNeeded, requestedBy } = proposal.plan;
  if (approvalsNeeded > 0) {
    assertFewWait(await store.plans.waitingOf(requestedBy), policy, now());
  }
  return { proposal, warnings: planCautions(proposal, around.surroundings, connections) };
}
