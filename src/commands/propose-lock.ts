import type { Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { Credential, Workflow } from '../domain/inventory.ts';
import { proposeLock } from '../domain/locking.ts';
import { assertFewWait, isUnfinished } from '../domain/plan-progress.ts';
import type { LockLever, Plan } from '../domain/plan.ts';
import type { Block, View } from '../domain/reply.ts';
import { listed } from '../domain/wording.ts';
import { boundBlocks } from './bound-view.ts';
import type { CommandContext } from './command.ts';
import { coverageOf } from './coverage.ts';
import type { ChosenCredential } from './credential-of.ts';
import { credentialOf, recordFor, usersOf } from './credential-of.ts';
import { deciderOf } from './deciding.ts';
import { incidentOf } from './incident-of.ts';
import { said, warned } from './incident-view.ts';
import { assertOnStage } from './on-stage.ts';
import { stepOfOthers } from './others-decide.ts';
import {
  audienceOf,
  bewareBlocks,
  planFields,
  planJson,
  planTitle,
  targetTable,
} from './plan-view.ts';
import { suspectsOf } from './suspects.ts';

/** What is to be done to which credential, as it was typed. */
export type LockWanted = {
  readonly lever: LockLever;
  readonly credential: string;
  readonly hosts?: readonly string[];
  readonly in?: string;
};

/** Freezes a lock of one credential into a plan, stores it, and shows what to know before it is run. */
export async function planLock(context: CommandContext, wanted: LockWanted): Promise<View> {
  const { incident, note } = await incidentOf(context, wanted.in);
  const coverage = await coverageOf(context);
  const chosen = await credentialOf(context, wanted.credential);
  const { credential } = chosen;
  const query = `credential ${credential.ref} “${credential.name}”`;
  const proposal = await proposeLockOf(context, incident, chosen, { ...wanted, query });
  const saved = await context.store.save(proposal.change);
  const plan = saved.plans[0] ?? proposal.plan;
  const isAlone = plan.approvalsNeeded === 0;
  return {
    kind: 'view',
    title: planTitle(plan),
    blocks: [
      ...note,
      { kind: 'fields', fields: planFields(context, plan, []) },
      ...targetTable(plan, 1),
      ...bewareBlocks(plan),
      ...proposal.blocks,
      ...(await boundBlocks(context, incident, { plan, approvals: [] })),
      ...stepOfOthers(plan, context.caller.person),
      ...coverage.blocks,
    ],
    next: [
      isAlone ? `contain run ${plan.name}` : `contain status ${plan.name}`,
      `contain cancel ${plan.name}`,
    ],
    audience: audienceOf(incident),
    outcome: 'done',
    data: { incident: incident.name, plan: planJson(plan), coverage: coverage.data },
  };
}

/**
 * Freezes it, with what to know before it is run; not yet stored.
 *
 * @throws UserError as `proposeLock`
 */
export async function proposeLockOf(
  context: CommandContext,
  incident: Incident,
  chosen: ChosenCredential,
  wanted: Pick<LockWanted, 'lever' | 'hosts'> & { readonly query: string },
): Promise<ReturnType<typeof proposeLock> & { readonly blocks: readonly Block[] }> {
  const { store, policy, caller, now } = context;
  const { credential, connection } = chosen;
  const users = await usersOf(context, credential);
  const others = await store.plans.ofIncident(incident.id);
  const proposal = proposeLock({
    lever: wanted.lever,
    hosts: wanted.hosts ?? [],
    incident,
    credential,
    connection,
    users,
    others,
    ...(wanted.lever === 'unblock'
      ? { blockedBy: await blockedBesides(context, incident, chosen) }
      : {}),
    notFinal: await suspectsOf(context, incident),
    revoked: await recordFor(context, incident, credential),
    query: wanted.query,
    policy,
    by: deciderOf(context),
    newId: context.newId,
    nonce: context.newNonce(),
    digester: context.recorder,
  });
  await assertOnStage(context, incident, proposal.plan);
  if (proposal.plan.approvalsNeeded > 0) {
    assertFewWait(await store.plans.waitingOf(caller.person.id), policy, now());
  }
  const blocks = [...cautions(wanted, chosen, users), ...voidedBy(context, chosen, others)];
  return { ...proposal, blocks };
}

/** Plans of other incidents that block it; a private incident is not named. */
async function blockedBesides(
  { store }: CommandContext,
  incident: Incident,
  { credential, connection }: ChosenCredential,
): Promise<readonly string[]> {
  const blocks = await store.watch.blocked(connection.id);
  const others = blocks.filter(
    ({ action, plan }) => action.workflow === credential.id && plan.incident !== incident.id,
  );
  const words = new Set<string>();
  for (const { plan } of others) {
    const theirs = await store.incidents.forFirebreak(plan.incident);
    const isOpen = theirs?.visibility === 'open';
    words.add(isOpen ? `${plan.name} of ${theirs.name}` : 'a plan of another incident');
  }
  return [...words];
}

function cautions(
  { lever, hosts = [] }: Pick<LockWanted, 'lever' | 'hosts'>,
  { credential, connection }: ChosenCredential,
  users: readonly Workflow[],
): readonly Block[] {
  switch (lever) {
    case 'block':
      return [
        ...reachOf(connection),
        warned(
          `Whoever has copied it can use it elsewhere: only its provider makes it worthless, \`cred revoke ${credential.ref}\`.`,
        ),
        said(
          `What it may be used for now nobody can read, so an undo asks: \`cred unblock ${credential.ref} to:any\`, or \`to:<hosts>\`.`,
        ),
      ];
    case 'unblock':
      return [
        warned(
          hosts.length === 0
            ? 'Workflows may send it to any host again. Were there hosts that it was kept to before?'
            : `Workflows may send it to ${listed(hosts, 20)} again, and nowhere else.`,
        ),
      ];
    case 'overwrite':
      return [
        warned(
          'It cannot be taken back: the platform keeps no earlier value, and shows it to nobody.',
        ),
        warned(
          connection.kind === 'node-red'
            ? 'Node-RED empties the node: what it sends goes out without the credential, and may still be answered. The node restarts. Whoever needs it again types a good secret into its editor.'
            : `A fresh random value takes its place, which nobody is told; webhooks that ask for it refuse everyone. Whoever needs it again puts a good secret in by the editor of ${connection.name}.`,
        ),
        warned(
          `Whoever has copied it can use it elsewhere: only its provider makes it worthless, \`cred revoke ${credential.ref}\`.`,
        ),
        ...stillOn(credential, users),
      ];
    case 'delete':
      return [
        warned(
          'It cannot be taken back: the platform keeps nothing of it. A new one of the same name is another one, and has to be put into each workflow by hand.',
        ),
        ...stillOn(credential, users),
      ];
  }
}

function reachOf({ name, capabilities }: Connection): readonly Block[] {
  if (capabilities.blockCredentials !== 'http_steps') return [];
  return [
    warned(
      `On ${name} it stops only steps that call hosts themselves (HTTP Request, GraphQL). Other steps go on using it, and triggers keep connections that are open: disable those workflows, too.`,
    ),
  ];
}

function stillOn({ ref }: Credential, users: readonly Workflow[]): readonly Block[] {
  if (!users.some(({ active }) => active)) return [];
  return [
    warned(
      `Workflows that use it are still on and will fail in the open; to disable them first: \`contain plan credential:${ref}\`.`,
    ),
  ];
}

/** A plan to revoke it holds for the credential as it was: any change of it voids that plan. */
function voidedBy(
  { now }: CommandContext,
  { credential }: ChosenCredential,
  others: readonly Plan[],
): readonly Block[] {
  return others
    .filter(
      (plan) =>
        plan.purpose === 'revoke' &&
        isUnfinished(plan, now()) &&
        plan.targets.some(
          ({ connection, id }) => connection === credential.connection && id === credential.id,
        ),
    )
    .map(({ name }) =>
      warned(
        `${name} to revoke it is void once this has run, because this changes the credential: run ${name} first, or plan it again after.`,
      ),
    );
}
