import type { Action, Plan } from '../domain/plan.ts';
import type { UndoGoing } from '../domain/undo-under-way.ts';
import { asTakenBack } from '../domain/undo-under-way.ts';
import type { CommandContext } from './command.ts';

/** The actions of a plan as they may be shown: an undo of it may have begun since. */
export async function shownActions(
  { store }: CommandContext,
  plan: Plan,
  plans: readonly Plan[],
): Promise<readonly Action[]> {
  const actions = await store.plans.actions(plan.id);
  if (plan.purpose !== 'contain') return actions;
  const undos: UndoGoing[] = [];
  for (const undo of plans.filter(({ undoes }) => undoes === plan.id)) {
    undos.push({ undo, actions: await store.plans.actions(undo.id) });
  }
  return asTakenBack(actions, undos);
}

/** Names the undo of a plan that goes on or waits. */
export function undoFields(undo: Plan | undefined): readonly (readonly [string, string])[] {
  if (!undo) return [];
  const going = undo.startedAt === undefined ? 'is to take it back' : 'is taking it back';
  return [['undo', `${undo.name} ${going} (${undo.state})`]];
}
