import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan, PlanTarget } from '../domain/plan.ts';
import { onOrOff } from '../domain/runbook-input.ts';
import type { Walk } from '../domain/runbook-run.ts';
import { currentOf } from '../domain/runbook-run.ts';
import type { Condition, StepDeed } from '../domain/runbook.ts';
import { offBecauseOfUs } from '../domain/undo.ts';
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
import { workflowsOf } from './runbook-workflows.ts';

/** Switches on again the newest of what the step means, as it was; what is convicted stays off. */
export async function bringBack(context: CommandContext, here: Here): Promise<Carried> {
  const { walk, incident, deed } = here;
  await refuseBeforeEnd(context, walk);
  const all = await toBringBack(context, { walk, incident }, deed);
  const next = (await withSomethingToCome(context, all)).at(-1);
  if (next === undefined && all.length > 0 && currentOf(walk).visit.plan === undefined) {
    const stays = all.flatMap(({ open }) => open);
    const text = `left off, because marked hostile: ${refs(stays)}`;
    return { change: {}, text, ends: true, blocks: [] };
  }
  if (next === undefined) {
    throw new UserError('not_ready', 'Nothing is left that this step could switch on again.', {
      hint: '`runbook done` if a plan of this step did it; `runbook skip <why>` goes on without.',
    });
  }
  const { plan: contained, open } = next;
  const proposal = await proposeUndo(
    context,
    incident,
    contained,
    deed.where && new Set(open.map(keyText)),
  );
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
  const names = left.map(({ plan, open }) =>
    deed.where ? `${refs(open)} of ${plan.name}` : plan.name,
  );
  return `nothing has taken back ${listed(names)}`;
}

/** `w3 (by P-1); left off, because marked hostile: w5`: what a press would switch on. */
export async function backWords(
  context: CommandContext,
  place: { readonly walk: Walk; readonly incident: Incident },
  deed: StepDeed,
): Promise<string> {
  const all = await toBringBack(context, place, deed);
  if (all.length === 0) return 'nothing';
  const coming = await withSomethingToCome(context, all);
  const comes = new Set(coming.flatMap(({ open }) => open));
  const staying = all.flatMap(({ open }) => open).filter((target) => !comes.has(target));
  const next = coming.at(-1);
  const back = next === undefined ? 'nothing' : `${refs(next.open)} (by ${next.plan.name})`;
  if (staying.length > 0) return `${back}; left off, because marked hostile: ${refs(staying)}`;
  return `${back}; nothing of it is marked hostile (\`scope convict\`)`;
}

/** A plan, and what of it the step means and nothing has begun to take back. */
type Open = { readonly plan: Plan; readonly open: readonly PlanTarget[] };

/** Without what was convicted: an undo of all leaves that off, and a step never names it. */
async function withSomethingToCome(
  context: CommandContext,
  all: readonly Open[],
): Promise<readonly Open[]> {
  const looked = await Promise.all(
    all.map(async ({ plan, open }) => {
      const { staying } = await convictionsOf(context, plan);
      const coming = open.filter((target) => !staying.has(keyText(target)));
      return coming.length === 0 ? [] : [{ plan, open: coming }];
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

/** What the step means of each plan, oldest first, without what an undo has begun to take back. */
async function toBringBack(
  context: CommandContext,
  { walk, incident }: { readonly walk: Walk; readonly incident: Incident },
  deed: StepDeed,
): Promise<readonly Open[]> {
  const { store } = context;
  const { plans } = await containmentOf(context, { walk, incident });
  const of = await store.plans.ofIncident(incident.id);
  const frozen = connectionInput(walk, deed);
  const meant =
    deed.action === 'contain.thaw'
      ? of.filter(({ freezes }) => freezes === frozen)
      : plans
          .map(({ plan }) => plan)
          .filter(({ purpose }) => purpose === 'contain' || purpose === 'mute');
  const only = deed.where && (await keysFound(context, walk, deed.where));
  const open: Open[] = [];
  for (const plan of meant.filter(({ startedAt }) => startedAt !== undefined)) {
    const undos = of.filter(({ undoes, startedAt }) => undoes === plan.id && startedAt);
    const taken = new Set(undos.flatMap(({ targets }) => targets.map(keyText)));
    const actions = await store.plans.actions(plan.id);
    // Nodes come on again all at once, with their workflow or not at all.
    const off = plan.purpose === 'mute' ? plan.targets : offBecauseOfUs({ plan, actions });
    const isMeant = (key: string) => !taken.has(key) && (only?.has(key) ?? true);
    const left = off.filter((target) => isMeant(keyText(target)));
    if (left.length > 0) open.push({ plan, open: left });
  }
  return open;
}

/** What is off by now was on when the step that switched it off looked for it. */
async function keysFound(
  context: CommandContext,
  walk: Walk,
  where: Condition,
): Promise<ReadonlySet<string>> {
  const { hits } = await workflowsOf(context, walk, onOrOff(where));
  return new Set(hits.map(({ workflow }) => keyText(workflow)));
}
