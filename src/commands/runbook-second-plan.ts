import { hasExpired } from '../domain/approval.ts';
import { untilRunWords } from '../domain/plan-words.ts';
import type { Walk } from '../domain/runbook-run.ts';
import { currentOf } from '../domain/runbook-run.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/** A second press must not make a second plan; one that can no longer be run is made anew. */
export async function refuseSecondPlan(context: CommandContext, walk: Walk): Promise<void> {
  const { visit } = currentOf(walk);
  const plan = visit.plan === undefined ? undefined : await context.store.plans.byId(visit.plan);
  if (!plan || (plan.startedAt === undefined && ['denied', 'cancelled'].includes(plan.state)))
    return;
  if (hasExpired(plan, await context.store.plans.approvals(plan.id), context.now())) return;
  throw new UserError('conflict', `This step has its plan: ${plan.name} is ${plan.state}.`, {
    hint:
      plan.startedAt === undefined
        ? `${untilRunWords(plan)}, or \`contain cancel ${plan.name}\` for another one.`
        : '`runbook done` goes on.',
  });
}
