import type { Decided } from '../domain/approval.ts';
import { hasOthersYes } from '../domain/approval.ts';
import { boundWords } from '../domain/leave.ts';
import type { Block } from '../domain/reply.ts';
import { aloneSharesOf } from './alone.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';

/** What bars the way that needs nobody else, beside what the plan's class needs. */
export async function boundBlocks(
  context: CommandContext,
  { plan, approvals }: Pick<Decided, 'plan' | 'approvals'>,
): Promise<readonly Block[]> {
  if (plan.purpose !== 'contain' || hasOthersYes(plan, approvals)) return [];
  const aloneShares = await aloneSharesOf(context, plan);
  const bound = boundWords(plan, { policy: context.policy, aloneShares });
  return bound === undefined ? [] : [warned(bound)];
}
