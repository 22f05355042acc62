import type { TargetProgress } from './plan-progress.ts';
import type { Plan } from './plan.ts';

/** A plan that was run, with how far each of its targets is. */
export type RunPlan = {
  readonly plan: Pick<Plan, 'name' | 'purpose' | 'undoes'>;
  readonly progress: readonly TargetProgress[];
};

/** What is left open for good by a plan, unless a later one of its kind did it. */
export type OpenEnd = { readonly plan: string; readonly target: TargetProgress };

/** Of these two at the same workflow may be about different parts of it. */
const ofParts: ReadonlySet<Plan['purpose']> = new Set(['mute', 'unmute']);

/**
 * What was never verified: neither by its plan nor by a later one that was to do the same with the
 * same target. An undo is settled by a later undo of the same plan alone.
 *
 * @param newestFirst plans of one incident
 */
export function openEnds(newestFirst: readonly RunPlan[]): readonly OpenEnd[] {
  const done = new Set<string>();
  const open: OpenEnd[] = [];
  for (const { plan, progress } of newestFirst) {
    const keyOf = ({ connection, workflow }: TargetProgress) =>
      `${plan.purpose} ${plan.undoes ?? ''} ${connection}/${workflow}`;
    for (const target of progress) {
      if (!isDone(target)) {
        if (!done.has(keyOf(target))) open.push({ plan: plan.name, target });
      } else if (!ofParts.has(plan.purpose)) done.add(keyOf(target));
    }
  }
  return open;
}

function isDone({ state }: TargetProgress): boolean {
  return state === 'verified' || state === 'undone';
}
