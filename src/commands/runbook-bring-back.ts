import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { Walk } from '../domain/runbook-run.ts';
import { currentOf } from '../domain/runbook-run.ts';
import type { StepDeed } from '../domain/runbook.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { convictionsOf } from './convictions.ts';
import { coverageOf } from './coverage.ts';
import { followOf } from './plan-view.ts';
import { proposeUndo, undoBlocks } from './propose-undo.ts';
import type { Carried, Here } from './runbook-carried.ts';
import { connectionInput } from './runbook-connection.ts';
import { containmentOf } from './runbook-kept-off.ts';
import { refuseSecondPlan } from './runbook-second-plan.ts';

/** Switches on again the newest of what the step means, as it was; what is convicted stays off. */
export async function bringBack(context: CommandContext, here: Here): Promise<Carried> {
  const { walk, incident, deed } = here;
  await refuseBeforeEnd(context, walk);
  const all = await toBringBack(context, { walk, incident }, deed);
  const contained = (await withSomethingToCome(context, all)).at(-1);
  if (contained === undefined && all.length > 0) {
    const stays = all.flatMap(({ targets }) => targets);
    const text = `left off, because marked hostile: ${refs(stays)}`;
    return { change: {}, text, ends: true, blocks: [] };
  }
  if (contained === undefined) {
    throw new UserError('not_ready', 'Nothing is left that this step could switch on again.', {
      hint: '`runbook done` if a plan of this step did it; `runbook skip <why>` goes on without.',
    });
  }
  const proposal = await proposeUndo(context, incident, contained);
  const { plan } = proposal.undo;
  const coverage = await coverageOf(context);
  return {
    change: proposal.change,
    text: `${plan.state === 'running' ? 'taking' : 'planned to take'} back ${contained.name}: ${refs(proposal.undo.back)}`,
    plan,
    ends: false,
    blocks: [...(await undoBlocks(context, proposal, plan)), ...coverage.blocks],
    ...(plan.state === 'running' ? { follow: followOf(plan, incident) } : {}),
  };
}

/** A second press must not make a second undo of the same; what has ended lets the next begin. */
async function refuseBeforeEnd(context: CommandContext, walk: Walk): Promise<void> {
  const { visit } = currentOf(walk);
  const plan = visit.plan === undefined ? undefined : await context.store.plans.byId(visit.plan);
  if (plan?.state !== 'finished') await refuseSecondPlan(context, walk);
}

/** `P-1 keeps off what it switched off`: what is missing to call the step done. */
export async function notBroughtBack(
  context: CommandContext,
  place: { readonly walk: Walk; readonly incident: Incident },
  deed: StepDeed,
): Promise<string | undefined> {
  const left = await withSomethingToCome(context, await toBringBack(context, place, deed));
  if (left.length === 0) return undefined;
  return `nothing has taken back ${listed(left.map(({ name }) => name))}`;
}

/** `w3 (by P-1); left off, because marked hostile: w5`: what a press would switch on. */
export async function backWords(
  context: CommandContext,
  place: { readonly walk: Walk; readonly incident: Incident },
  deed: StepDeed,
): Promise<string> {
  const all = await toBringBack(context, place, deed);
  const plan = (await withSomethingToCome(context, all)).at(-1) ?? all.at(-1);
  if (plan === undefined) return 'nothing';
  const { staying: convicted } = await convictionsOf(context, plan, undefined);
  const { staying = [], going = [] } = Object.groupBy(plan.targets, (target) =>
    convicted.has(keyText(target)) ? 'staying' : 'going',
  );
  const back = going.length === 0 ? 'nothing' : `${refs(going)} (by ${plan.name})`;
  if (staying.length > 0) return `${back}; left off, because marked hostile: ${refs(staying)}`;
  return `${back}; nothing of it is marked hostile (\`scope convict\`)`;
}

/** Without those of which all was convicted: an undo leaves that off. */
async function withSomethingToCome(
  context: CommandContext,
  plans: readonly Plan[],
): Promise<readonly Plan[]> {
  const looked = await Promise.all(
    plans.map(async (plan) => {
      const { staying } = await convictionsOf(context, plan, undefined);
      return plan.targets.every((target) => staying.has(keyText(target))) ? [] : [plan];
    }),
  );
  return looked.flat();
}

function refs(targets: Plan['targets']): string {
  return listed(
    targets.map(({ ref }) => ref),
    20,
  );
}

/** The plans that the step means and that nothing has begun to take back, oldest first. */
async function toBringBack(
  context: CommandContext,
  { walk, incident }: { readonly walk: Walk; readonly incident: Incident },
  deed: StepDeed,
): Promise<readonly Plan[]> {
  const { store } = context;
  const { plans } = await containmentOf(context, { walk, incident });
  const of = await store.plans.ofIncident(incident.id);
  const frozen = connectionInput(walk, deed);
  const meant =
    deed.action === 'contain.thaw'
      ? of.filter(({ freezes }) => freezes === frozen)
      : plans.map(({ plan }) => plan).filter(({ purpose }) => purpose === 'contain');
  const taken = new Set(of.flatMap(({ undoes, startedAt }) => (startedAt && undoes) ?? []));
  return meant.filter(({ id, startedAt }) => startedAt !== undefined && !taken.has(id));
}
