import type { Incident } from '../domain/incident.ts';
import type { Workflow } from '../domain/inventory.ts';
import { assertFewWait } from '../domain/plan-progress.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import type { RevocationProposal } from '../domain/revoking.ts';
import { proposeRevocation } from '../domain/revoking.ts';
import type { CommandContext } from './command.ts';
import type { ChosenCredential } from './credential-of.ts';
import { recordFor, usersOf } from './credential-of.ts';
import { deciderOf } from './deciding.ts';
import { warned } from './incident-view.ts';
import { assertOnStage } from './on-stage.ts';
import { bewareBlocks, planFields, targetTable } from './plan-view.ts';

/** Freezes the revocation of one credential into a plan, with what to know before; not yet stored. */
export async function planRevocation(
  context: CommandContext,
  incident: Incident,
  { credential, connection }: ChosenCredential,
  query: string,
): Promise<RevocationProposal & { readonly users: readonly Workflow[] }> {
  const { store, policy, caller, now } = context;
  assertFewWait(await store.plans.waitingOf(caller.person.id), policy, now());
  const users = await usersOf(context, credential);
  const proposal = proposeRevocation({
    incident,
    credential,
    connection,
    users,
    others: await store.plans.ofIncident(incident.id),
    before: await recordFor(context, incident, credential),
    query,
    policy,
    by: deciderOf(context),
    newId: context.newId,
    nonce: context.newNonce(),
    digester: context.recorder,
  });
  await assertOnStage(context, incident, proposal.plan);
  return { ...proposal, users };
}

/** The plan as its readers need it: what breaks, and what must be thought of before. */
export function revocationBlocks(
  context: CommandContext,
  plan: Plan,
  users: readonly Workflow[],
): readonly Block[] {
  const ref = plan.targets[0]?.ref ?? '';
  const active = users.filter(({ active: on }) => on);
  return [
    { kind: 'fields', fields: planFields(context, plan, []) },
    ...targetTable(plan, 1),
    ...bewareBlocks(plan),
    warned('It cannot be taken back: whoever uses this credential needs a new one.'),
    warned(
      'Is the machine that leaked it still on the network? Some malware destroys what it can as soon as a stolen key dies: isolate it first.',
    ),
    ...(active.length === 0
      ? []
      : [
          warned(
            `Workflows that use it are still on and will fail in the open; to disable them first: \`contain plan credential:${ref}\`.`,
          ),
        ]),
  ];
}
