import type { Incident } from '../domain/incident.ts';
import type { Workflow } from '../domain/inventory.ts';
import { isOn, keyText } from '../domain/inventory.ts';
import { conditionWords, stepText } from '../domain/runbook-input.ts';
import type { Walk } from '../domain/runbook-run.ts';
import { currentOf } from '../domain/runbook-run.ts';
import type { Condition, RunbookStep } from '../domain/runbook.ts';
import { stepCalled } from '../domain/runbook.ts';
import { disables } from '../domain/step-actions.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { notBroughtBack } from './runbook-bring-back.ts';
import { notConvicted } from './runbook-convict.ts';
import { notWalked } from './runbook-other.ts';
import { sealingOf, workflowsOf } from './runbook-workflows.ts';

/**
 * What is missing of the state that a step asks for, in half a sentence. Undefined when it is
 * reached, whoever reached it, and for steps that ask for none.
 */
export async function missingOf(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  { deed }: RunbookStep,
): Promise<string | undefined> {
  const value = deed?.value ? stepText(deed.value, walk.run.inputs) : '';
  const { name, severity, phase } = incident;
  switch (deed?.action) {
    case 'incident.sev':
      return severity === value ? undefined : `${name} is ${severity}, not ${value}`;
    case 'incident.phase':
      return phase === value ? undefined : `${name} is in ${phase}, not in ${value}`;
    case 'role.claim':
      return incident.roles.some(({ role }) => role === value) ? undefined : `nobody is ${value}`;
    case 'incident.private':
      return incident.visibility === 'private' ? undefined : `everyone may see ${name}`;
    case 'scope.convict':
      return await notConvicted(context, walk, incident, deed.where);
    case 'scope.add':
      return await outsideScope(context, walk, incident, deed.where);
    case 'contain.disable':
    case 'contain.freeze':
      return await leftOn(context, walk, incident, deed.where);
    case 'contain.verify':
      return await foundOnAfter(context, walk);
    case 'evidence.snapshot':
      return await notSealed(context, walk, incident);
    case 'contain.thaw':
    case 'contain.undo':
      return await notBroughtBack(context, { walk, incident }, deed);
    case 'runbook.start':
      return await notWalked(context, walk, deed.runbook);
    case undefined:
    case 'scope.find':
    case 'cred.list':
    case 'user.list':
    case 'user.lock':
    case 'user.confirm':
    case 'contain.nodes':
    case 'cred.revoke':
    case 'cred.block':
    case 'cred.overwrite':
    case 'cred.verify':
    case 'incident.update':
    case 'hand.revoke':
    case 'hand.delete':
      return undefined;
  }
}

async function outsideScope(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  where: Condition | undefined,
): Promise<string | undefined> {
  if (where === undefined) return undefined;
  const { hits } = await workflowsOf(context, walk, where);
  if (hits.length === 0) return `no workflow was found: ${conditionWords(where, walk.run.inputs)}`;
  const items = await context.store.scope.of(incident.id);
  const inScope = new Set(
    items.filter(({ kind }) => kind === 'workflow').map(({ key }) => keyText(key)),
  );
  const outside = hits.filter(({ workflow }) => !inScope.has(keyText(workflow)));
  if (outside.length === 0) return undefined;
  const refs = outside.map(({ workflow }) => workflow.ref);
  return `not in scope: ${listed(refs, 10)}`;
}

async function notSealed(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
): Promise<string | undefined> {
  const { unsealed, foundNone } = await sealingOf(context, walk, incident);
  if (foundNone !== undefined) return `nothing was found to seal: ${foundNone}`;
  return unsealed.length === 0 ? undefined : `nothing of ${listed(unsealed, 10)} is sealed yet`;
}

/** Once the step's plan was run: what is active all the same, and no plan that was run is about. */
async function leftOn(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  where: Condition | undefined,
): Promise<string | undefined> {
  const { store } = context;
  const { visit } = currentOf(walk);
  const plans = (await store.plans.ofIncident(incident.id)).filter(
    ({ purpose, startedAt }) => purpose === 'contain' && startedAt !== undefined,
  );
  if (where === undefined || !plans.some(({ id }) => id === visit.plan)) return undefined;
  const planned = new Set(plans.flatMap(({ targets }) => targets.map(keyText)));
  const found = await activeOf(context, walk, where);
  return onWords(found.filter((workflow) => !planned.has(keyText(workflow))));
}

/** What is active now of all that the run's steps were to disable, whatever was verified before. */
async function foundOnAfter(context: CommandContext, walk: Walk): Promise<string | undefined> {
  const on = new Map<string, Workflow>();
  for (const { step, state } of walk.visits) {
    const deed = state === 'done' ? stepCalled(walk.runbook, step)?.deed : undefined;
    if (deed?.where === undefined || !disables(deed.action)) continue;
    for (const one of await activeOf(context, walk, deed.where)) on.set(keyText(one), one);
  }
  return onWords(await withoutLaterFoundOff(context, [...on.values()]));
}

/** Without what was verified off after its platform was last listed: that list is the older news. */
async function withoutLaterFoundOff(
  { store, caller }: CommandContext,
  workflows: readonly Workflow[],
): Promise<readonly Workflow[]> {
  const verdicts = await store.plans.lastVerdicts(workflows, caller.person.id);
  const connections = await store.connections.list();
  const listedAt = new Map(connections.map(({ id, syncedAt }) => [id, syncedAt]));
  return workflows.filter((workflow) => {
    const last = verdicts.get(keyText(workflow));
    const isOff = last?.lever === 'disable' && last.state === 'verified';
    const at = listedAt.get(workflow.connection);
    return !isOff || (at !== undefined && last.settledAt !== undefined && last.settledAt < at);
  });
}

async function activeOf(
  context: CommandContext,
  walk: Walk,
  where: Condition,
): Promise<readonly Workflow[]> {
  const { hits } = await workflowsOf(context, walk, where);
  return hits.map(({ workflow }) => workflow).filter(isOn);
}

/** `w9 is active`, with what plans it. */
function onWords(workflows: readonly Workflow[]): string | undefined {
  if (workflows.length === 0) return undefined;
  const refs = workflows.map(({ ref }) => ref);
  const plan = `\`contain plan ${refs.slice(0, 10).join(' ')}\` plans ${refs.length === 1 ? 'it' : 'them'}`;
  return `${listed(refs, 10)} ${refs.length === 1 ? 'is' : 'are'} active; ${plan}`;
}
