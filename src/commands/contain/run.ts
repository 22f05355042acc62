import { z } from 'zod';

import { assertNotFrozen, denyForFreeze } from '../../domain/freezing.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Notice } from '../../domain/notice.ts';
import { overrideNotices } from '../../domain/overriding.ts';
import type { Decider, PlanChange } from '../../domain/plan-change.ts';
import { startRun } from '../../domain/plan-life.ts';
import { countedTargets } from '../../domain/plan-words.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Block, Reply } from '../../domain/reply.ts';
import { aloneLately, aloneSharesOf } from '../alone.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { gapBlocks } from '../coverage.ts';
import { mayAskForCode, provenFor, rulesOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said } from '../incident-view.ts';
import { reasonOf } from '../inputs.ts';
import type { ChosenPlan } from '../plan-of.ts';
import { decidedOf, decideUntilFresh, peopleOf, planInput, planOf } from '../plan-of.ts';
import { audienceOf, followOf, planJson } from '../plan-view.ts';
import { suspectsOf } from '../suspects.ts';
import { containStatus } from './status.ts';

export const containRun = defineCommand({
  name: 'contain run',
  summary: 'Carry out a plan, or go on with a paused one; every act is verified',
  examples: [
    'contain run P-1',
    'contain run',
    'contain run P-1 override:"nobody else answers and the key is in use"',
  ],
  words: ['plan?'],
  options: {
    ...incidentOption,
    override: 'Why the commander runs it without the yes of another person',
  },
  permission: 'responder',
  input: z.object({
    plan: planInput.exactOptional(),
    override: reasonOf(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    return await mayAskForCode(context, async () => {
      const by = await provenFor(context, async (supposed) => {
        const chosen = await planToRun(context, input);
        if (chosen.plan.state !== 'running') await startOf(context, input, chosen, supposed);
      });
      return await decideUntilFresh(() => run(context, input, by));
    });
  },
});

type RunInput = { readonly plan?: string; readonly in?: string; readonly override?: string };

function planToRun(context: CommandContext, input: RunInput): Promise<ChosenPlan> {
  const states = ['proposed', 'approved', 'paused'] as const;
  return planOf(context, input, { states, words: 'could be run' });
}

async function run(context: CommandContext, input: RunInput, by: Decider): Promise<Reply> {
  const chosen = await planToRun(context, input);
  const { plan, incident } = chosen;
  // Whoever repeats the line after their shell died wants to see it through, not a refusal.
  if (plan.state === 'running') {
    return await containStatus.run(context, { plan: plan.name, page: 1 });
  }
  const change = await startOf(context, input, chosen, by);
  const saved = await context.store.save({
    ...change,
    notices: await noticesOf(context, incident, by, change.plans[0], plan),
  });
  return {
    kind: 'view',
    title: `${plan.name} ${plan.state === 'paused' ? 'goes on' : 'runs'}: ${countedTargets(plan)}`,
    blocks: [...notOverridden(input, change.plans[0]), ...(await gapBlocks(context, [plan]))],
    next: [`contain status ${plan.name}`, `contain pause ${plan.name}`],
    audience: audienceOf(incident),
    outcome: 'open',
    follow: followOf(plan, incident),
    data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
  };
}

/** That an override was not needed, so that nobody waits for its review. */
function notOverridden({ override }: RunInput, after: Plan | undefined): readonly Block[] {
  if (override === undefined || after === undefined || after.override !== undefined) return [];
  return [said(`${after.name} has all that it needs, so it runs without an override.`)];
}

/** What sets the plan going, with what ends by that. @throws UserError where it may not run */
async function startOf(
  context: CommandContext,
  input: RunInput,
  { plan, incident }: ChosenPlan,
  by: Decider,
): Promise<PlanChange> {
  const decided = await decidedOf(context, plan);
  const change = startRun(decided, {
    by,
    ...rulesOf(context),
    credentialsFinal: (await suspectsOf(context, incident)).length === 0,
    incident,
    connections: await context.store.connections.list(),
    people: await peopleOf(
      context,
      decided.approvals.map((approval) => approval.person),
    ),
    aloneLately: await aloneLately(context, plan),
    aloneShares: await aloneSharesOf(context, plan),
    ...(input.override === undefined ? {} : { override: input.override }),
    digester: context.recorder,
  });
  const ended = await endedByFreeze(context, plan, by);
  return {
    ...change,
    plans: [...change.plans, ...ended.plans],
    events: [...change.events, ...ended.events],
  };
}

/** With a freeze begins the end of what was planned on its connection, before it or since. */
async function endedByFreeze(
  { store }: CommandContext,
  plan: Plan,
  by: Decider,
): Promise<Pick<PlanChange, 'plans' | 'events'>> {
  const frozen = plan.connections.find(({ id }) => id === plan.freezes);
  if (frozen === undefined) {
    if (plan.purpose === 'undo') await refuseFrozen(store, plan);
    return { plans: [], events: [] };
  }
  return denyForFreeze(await store.plans.waitingOn(frozen.id), frozen, by, plan.id);
}

/** An undo that waited for another person may meet a freeze that began meanwhile. */
async function refuseFrozen({ plans }: CommandContext['store'], undo: Plan): Promise<void> {
  const contained = undo.undoes === undefined ? undefined : await plans.byId(undo.undoes);
  if (contained) assertNotFrozen(contained, await plans.freezing());
}

/** All approvers and admins hear of an override at once. */
async function noticesOf(
  { store, newId }: CommandContext,
  incident: Incident,
  by: Decider,
  after: Plan | undefined,
  before: Plan,
): Promise<readonly Notice[]> {
  if (after?.override === undefined || before.override !== undefined) return [];
  return overrideNotices(after, incident, { people: await store.people.list(), by, newId });
}
