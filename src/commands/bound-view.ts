import type { Decided } from '../domain/approval.ts';
import { hasOthersYes } from '../domain/approval.ts';
import { boundsPast } from '../domain/bounds.ts';
import type { Incident } from '../domain/incident.ts';
import { mayBeAlone } from '../domain/policy.ts';
import type { Block } from '../domain/reply.ts';
import { aloneLately, aloneSharesOf } from './alone.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';

/** What bars the way that needs nobody else, beside what the plan's class needs. */
export async function boundBlocks(
  context: CommandContext,
  incident: Incident,
  { plan, approvals }: Pick<Decided, 'plan' | 'approvals'>,
): Promise<readonly Block[]> {
  const { leave } = plan;
  if (leave === undefined || !mayBeAlone(leave, incident.severity)) return [];
  if (hasOthersYes(plan, approvals)) return [];
  const past = boundsPast(plan, {
    policy: context.policy,
    aloneLately: await aloneLately(context, plan),
    aloneShares: await aloneSharesOf(context, plan),
  });
  return past.map(warned);
}
