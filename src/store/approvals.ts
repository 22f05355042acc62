import { asc, eq } from 'drizzle-orm';

import type { Approval } from '../domain/plan.ts';
import { UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { isUuid, present } from './rows.ts';
import { approvals } from './tables/plans.ts';

/** Every yes and no to a plan, the oldest first. */
export async function approvalsOf(db: Db, plan: string): Promise<readonly Approval[]> {
  if (!isUuid(plan)) return [];
  const rows = await db
    .select()
    .from(approvals)
    .where(eq(approvals.plan, plan))
    .orderBy(asc(approvals.at), asc(approvals.person));
  return rows.map(({ reason, steppedUp, ...row }) => ({
    ...row,
    ...present({ reason, steppedUp }),
  }));
}

/**
 * Writes decisions.
 *
 * @throws UserError `conflict` when this person has decided on this plan before
 */
export async function writeApprovals(tx: Db, list: readonly Approval[]): Promise<void> {
  for (const approval of list) {
    const taken = await tx
      .insert(approvals)
      .values({
        ...approval,
        reason: approval.reason ?? null,
        steppedUp: approval.steppedUp ?? null,
      })
      .onConflictDoNothing()
      .returning({ plan: approvals.plan });
    if (taken.length > 0) continue;
    throw new UserError('conflict', 'You have already decided on this plan.', {
      hint: 'A decision is for once. If you changed your mind, cancel the plan and propose it again.',
    });
  }
}
