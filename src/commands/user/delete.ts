import { z } from 'zod';

import type { Connection } from '../../domain/connection.ts';
import type { Incident } from '../../domain/incident.ts';
import type { PlatformUser } from '../../domain/inventory.ts';
import { isOwner } from '../../domain/inventory.ts';
import { assertFewWait } from '../../domain/plan-progress.ts';
import { proposeRemoval } from '../../domain/removing.ts';
import type { Block } from '../../domain/reply.ts';
import { inline } from '../../domain/spans.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { said, warned } from '../incident-view.ts';
import { assertOnStage } from '../on-stage.ts';
import { stepOfOthers } from '../others-decide.ts';
import { audienceOf, planFields, planJson, planTitle, targetTable } from '../plan-view.ts';
import { suspectsOf } from '../suspects.ts';
import { userInput, userOf } from '../user-of.ts';

export const userDelete = defineCommand({
  name: 'user delete',
  summary: 'Plan to give what a platform’s user owns to another, and to delete that user, for good',
  examples: ['user delete u3 to:u1', 'user delete bob@acme.test to:olivia@acme.test in:INC-7'],
  words: ['user…'],
  options: { ...incidentOption, to: 'The user of the same platform who gets what they own' },
  permission: 'responder',
  input: z.object({ user: userInput, to: userInput.exactOptional(), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const coverage = await coverageOf(context);
    const user = await userOf(context, input.user);
    const to =
      input.to === undefined ? undefined : await userOf(context, input.to, user.connection);
    const connection = await connectionOf(context, user);
    const { plan: proposed, change } = await propose(context, { incident, user, to, connection });
    const saved = await context.store.save(change);
    const plan = saved.plans[0] ?? proposed;
    const [{ moves = [] } = {}] = plan.targets;
    return {
      kind: 'view',
      title: planTitle(plan),
      blocks: [
        ...note,
        { kind: 'fields', fields: planFields(context, plan, []) },
        ...targetTable(plan, 1),
        ...movesBlock(
          moves.map(({ kind, ref, name }) => `${kind} ${ref} “${name}”`),
          to,
        ),
        ...cautions(user),
        ...stepOfOthers(plan, context.caller.person),
        ...coverage.blocks,
      ],
      next: [`contain status ${plan.name}`, `contain cancel ${plan.name}`],
      audience: audienceOf(incident),
      outcome: 'done',
      data: { incident: incident.name, plan: planJson(plan), coverage: coverage.data },
    };
  },
});

async function propose(
  context: CommandContext,
  what: {
    readonly incident: Incident;
    readonly user: PlatformUser;
    readonly to: PlatformUser | undefined;
    readonly connection: Connection;
  },
): Promise<ReturnType<typeof proposeRemoval>> {
  const { store, policy, caller, now } = context;
  const { incident, user } = what;
  const credentials = await store.inventory.credentials();
  const ownedBy = async (one: PlatformUser) => ({
    workflows: await store.inventory.ownedBy(one),
    credentials: credentials.filter(
      ({ connection, owner }) => connection === one.connection && isOwner(owner, one),
    ),
  });
  const heir = what.to && (await ownedBy(what.to));
  const proposal = proposeRemoval({
    ...what,
    owned: await ownedBy(user),
    toOwns: (heir?.workflows.length ?? 0) + (heir?.credentials.length ?? 0),
    others: await store.plans.ofIncident(incident.id),
    notFinal: await suspectsOf(context, incident),
    policy,
    by: deciderOf(context),
    newId: context.newId,
    nonce: context.newNonce(),
    digester: context.recorder,
  });
  await assertOnStage(context, incident, proposal.plan);
  assertFewWait(await store.plans.waitingOf(caller.person.id), policy, now());
  return proposal;
}

async function connectionOf({ store }: CommandContext, user: PlatformUser): Promise<Connection> {
  const connection = await store.connections.byId(user.connection);
  if (connection) return connection;
  throw new UserError('not_found', `${user.connectionName} is no longer connected.`);
}

function movesBlock(moves: readonly string[], to: PlatformUser | undefined): readonly Block[] {
  if (moves.length === 0 || to === undefined) return [said('They own nothing.')];
  return [
    said(inline`First this goes to ${to.ref} “${to.name}”, as it is:`),
    { kind: 'list', items: moves },
  ];
}

function cautions({ connectionName }: PlatformUser): readonly Block[] {
  return [
    warned(
      'It cannot be taken back: invited again, they are a new user. Nobody is deleted before all that they own is seen to be another’s.',
    ),
    warned(
      `Until then they can still do what they may on ${connectionName}. What lies in a space of their own and is neither workflow nor credential (tables, agents, folders) goes with them.`,
    ),
  ];
}
