import { actorFor } from '../domain/plan-change.ts';
import { verifyAgain } from '../domain/plan-life.ts';
import { targetsAtMost } from '../domain/planning.ts';
import { conditionWords, onOrOff } from '../domain/runbook-input.ts';
import { revocationsIn } from '../domain/runbook-proof.ts';
import { currentOf } from '../domain/runbook-run.ts';
import { newToScope, scopeEvent } from '../domain/scope.ts';
import { counted, listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { coverageOf } from './coverage.ts';
import { deciderOf } from './deciding.ts';
import { followOf, planFields, targetTable } from './plan-view.ts';
import { proposeFreeze } from './propose-freeze.ts';
import { propose } from './propose.ts';
import { bringBack } from './runbook-bring-back.ts';
import type { Carried, Here } from './runbook-carried.ts';
import { connectionIn } from './runbook-connection.ts';
import { convictAll } from './runbook-convict.ts';
import {
  byPeople,
  firebreaksCredential,
  listCredentials,
  planToLock,
  planToRevoke,
} from './runbook-credential-deeds.ts';
import { changeIncident } from './runbook-incident.ts';
import { containmentOf, isKeptOff, keptOffWords } from './runbook-kept-off.ts';
import { planNodesOf } from './runbook-nodes.ts';
import { plansOf } from './runbook-of.ts';
import { startOther } from './runbook-other.ts';
import { refuseSecondPlan } from './runbook-second-plan.ts';
import { askLockout, listUsers } from './runbook-users.ts';
import { workflowsOf } from './runbook-workflows.ts';
import { snapshotJob } from './snapshot-job.ts';
import { zoneOf } from './when.ts';
import { activeWords } from './workflow-view.ts';

/** As many as one snapshot takes; more at once would stand in the way of containing. */
const sealedAtOnce = 20;

/**
 * Carries out what a step says, by the same rules as the command that it is mapped to.
 *
 * @param typed inputs of another runbook that is started, as `name:value …`
 * @throws UserError as that command
 */
export async function carryOut(context: CommandContext, here: Here, typed = ''): Promise<Carried> {
  switch (here.deed.action) {
    case 'scope.find':
      return await find(context, here);
    case 'scope.add':
      return await addToScope(context, here);
    case 'scope.convict':
      return await convictAll(context, here);
    case 'cred.list':
      return await listCredentials(context, here);
    case 'user.list':
      return await listUsers(context, here);
    case 'user.lock':
      return await askLockout(context, here);
    case 'evidence.snapshot':
      return await seal(context, here);
    case 'contain.disable':
      return await planToDisable(context, here);
    case 'contain.nodes':
      return await planNodesOf(context, here);
    case 'contain.freeze':
      return await planToFreeze(context, here);
    case 'contain.thaw':
    case 'contain.undo':
      return await bringBack(context, here);
    case 'contain.verify':
      return await verify(context, here, 'contained');
    case 'cred.revoke':
      return await planToRevoke(context, here);
    case 'cred.block':
      return await planToLock(context, here, 'block');
    case 'cred.overwrite':
      return await planToLock(context, here, 'overwrite');
    case 'cred.verify':
      await firebreaksCredential(context, here);
      return await verify(context, here, 'revoked');
    case 'incident.private':
    case 'incident.sev':
    case 'incident.phase':
    case 'incident.update':
    case 'role.claim':
      return await changeIncident(context, here, here.deed.action);
    case 'runbook.start':
      return await startOther(context, here, typed);
    case 'user.confirm':
    case 'hand.revoke':
    case 'hand.delete':
      throw byPeople();
  }
}

async function wanted(context: CommandContext, { walk, deed }: Here) {
  const where = deed.where ?? { kind: 'any', of: [] };
  const coverage = await coverageOf(context);
  const found = await workflowsOf(context, walk, where);
  const words = conditionWords(where, walk.run.inputs);
  return { ...found, words, workflows: found.hits.map(({ workflow }) => workflow), coverage };
}

async function some(context: CommandContext, here: Here) {
  const found = await wanted(context, here);
  if (found.total > 0 && found.total <= targetsAtMost) return found;
  throw new UserError(
    'not_found',
    found.total === 0
      ? `No workflow was found: ${found.words}.`
      : `${counted(found.total, 'workflow')} found: too many for one step.`,
    { hint: '`scope sync` looks again; `runbook skip <why>` goes on without.' },
  );
}

async function find(context: CommandContext, here: Here): Promise<Carried> {
  const { hits, total, coverage, words } = await wanted(context, here);
  const shown = hits.slice(0, 40);
  return {
    change: {},
    text: `${counted(total, 'workflow')} found: ${words}.`,
    ends: false,
    blocks: [
      {
        kind: 'table',
        columns: ['ref', 'workflow', 'connection', 'active'],
        rows: shown.map(({ workflow }) => [
          workflow.ref,
          workflow.name,
          workflow.connectionName,
          activeWords(workflow, zoneOf(context)),
        ]),
      },
      ...(total > shown.length
        ? [{ kind: 'text' as const, text: `${total - shown.length} more are not shown.` }]
        : []),
      ...coverage.blocks,
    ],
  };
}

async function addToScope(context: CommandContext, here: Here): Promise<Carried> {
  const { workflows, coverage } = await some(context, here);
  const by = deciderOf(context);
  const items = newToScope(
    await context.store.scope.of(here.incident.id),
    workflows.map(({ connection, id, name, ref, hash }) => ({
      incident: here.incident.id,
      addedBy: by.person.id,
      addedAt: by.now,
      kind: 'workflow' as const,
      key: { connection, id },
      name,
      ref,
      observedHash: hash,
    })),
  );
  const refs = workflows.map(({ ref }) => ref);
  return {
    change:
      items.length === 0
        ? {}
        : {
            scopeAdds: items,
            events: [scopeEvent(here.incident.id, by, 'scope_added', items)],
          },
    text: `in scope: ${listed(refs, 20)}`,
    ends: true,
    blocks: coverage.blocks,
  };
}

async function seal(context: CommandContext, here: Here): Promise<Carried> {
  const { workflows, total, coverage } = await some(context, here);
  if (total > sealedAtOnce) {
    throw new UserError(
      'bad_input',
      `${counted(total, 'workflow')} found; at most ${sealedAtOnce} are sealed at once.`,
      { hint: 'Skip this step and say so: the plan seals each workflow before it touches it.' },
    );
  }
  const by = deciderOf(context);
  const refs = workflows.map(({ ref }) => ref);
  return {
    change: {
      jobs: workflows.map((one) => snapshotJob(here.incident, one, by.person.id, by.now)),
      events: [
        {
          chain: here.incident.id,
          kind: 'evidence_requested',
          actor: actorFor(by.person),
          source: by.source,
          occurredAt: by.now,
          text: `Asked to seal evidence of ${listed(refs, sealedAtOnce)}.`,
          data: { workflows: refs },
        },
      ],
    },
    text: `sealing evidence of ${listed(refs, sealedAtOnce)}`,
    ends: false,
    blocks: coverage.blocks,
    follow: `evidence list ${refs.join(' ')} since:${by.now.toISOString()} in:${here.incident.name}`,
  };
}

async function planToDisable(context: CommandContext, here: Here): Promise<Carried> {
  const { walk, incident } = here;
  await refuseSecondPlan(context, walk);
  const kept = await allKeptOff(context, here);
  if (kept) return kept;
  const { hits, words, coverage } = await toDisable(context, here);
  const { step } = currentOf(walk);
  const { proposal, warnings } = await propose(context, incident, {
    hits,
    total: hits.length,
    named: new Set(),
    query: `${walk.run.name} “${step.heading}”: ${words}`,
  });
  const { plan } = proposal;
  return {
    change: proposal.change,
    text: `planned to disable ${listed(
      plan.targets.map(({ ref }) => ref),
      20,
    )}`,
    plan,
    ends: false,
    blocks: [
      { kind: 'fields', fields: planFields(context, plan, []) },
      ...targetTable(plan, 1),
      ...warnings,
      ...coverage.blocks,
    ],
  };
}

async function planToFreeze(context: CommandContext, here: Here): Promise<Carried> {
  const { walk, incident, deed } = here;
  await refuseSecondPlan(context, walk);
  const kept = await allKeptOff(context, here);
  if (kept) return kept;
  const connection = await connectionIn(context, walk, deed);
  const coverage = await coverageOf(context);
  const query = `${walk.run.name} “${currentOf(walk).step.heading}”: everything on ${connection.name}`;
  const { proposal, blocks } = await proposeFreeze(context, incident, connection, query);
  const { plan } = proposal;
  return {
    change: proposal.change,
    text: `planned to freeze ${connection.name}`,
    plan,
    ends: false,
    blocks: [
      { kind: 'fields', fields: planFields(context, plan, []) },
      ...targetTable(plan, 1),
      ...blocks,
      ...coverage.blocks,
    ],
  };
}

/** What is off already, though nothing of this incident keeps it so, is named with the way to that. */
async function toDisable(context: CommandContext, here: Here) {
  const { where } = here.deed;
  const found = await wanted(context, here);
  if (found.total > 0 || where === undefined) return await some(context, here);
  const off = await workflowsOf(context, here.walk, onOrOff(where));
  return off.total === 0 ? await some(context, here) : { ...found, ...off };
}

/** The end of a step that another plan of its incident has done already: it needs none of its own. */
async function allKeptOff(context: CommandContext, here: Here): Promise<Carried | undefined> {
  const { where } = here.deed;
  if (where === undefined || !(await isKeptOff(context, here, where))) return undefined;
  const { blocks } = await coverageOf(context);
  const text = (await keptOffWords(context, here, where)) ?? '';
  return { change: {}, text, ends: true, blocks };
}

async function verify(
  context: CommandContext,
  { walk, incident }: Here,
  what: 'contained' | 'revoked',
): Promise<Carried> {
  const by = deciderOf(context);
  const meant =
    what === 'revoked'
      ? revocationsIn(await plansOf(context, walk))
      : (await containmentOf(context, { walk, incident })).plans;
  const made = meant.filter(({ plan }) => plan.startedAt !== undefined);
  const last = made.at(-1);
  if (!last) {
    throw new UserError('not_ready', `This run has ${what} nothing, so nothing can be verified.`, {
      hint: '`runbook skip <why>` goes on without.',
    });
  }
  const changes = made
    .filter(({ plan }) => plan.state !== 'running')
    .map(({ plan, actions }) => verifyAgain(plan, actions, by));
  return {
    change: {
      plans: changes.flatMap(({ plans }) => plans),
      actions: changes.flatMap(({ actions }) => actions ?? []),
      events: changes.flatMap(({ events }) => events),
      jobs: changes.flatMap(({ jobs }) => jobs ?? []),
    },
    text: `looking again: ${listed(made.map(({ plan }) => plan.name))}`,
    ends: false,
    blocks: [],
    follow: followOf(last.plan, incident),
  };
}
