import { keyText } from './inventory.ts';
import { isUnfinished } from './plan-progress.ts';
import type { Action, Plan } from './plan.ts';

/** An undo with how far it has come. */
export type UndoGoing = { readonly undo: Plan; readonly actions: readonly Action[] };

/** The undo of a plan that is not over, if there is one. */
export function undoUnderWay(plan: Plan, others: readonly Plan[], now: Date): Plan | undefined {
  return others.find((other) => other.undoes === plan.id && isUnfinished(other, now));
}

/**
 * The actions of a containment as they may be shown: what an undo asked to switch on again since it
 * was last looked at is no longer claimed to be off, whatever became of the undo.
 */
export function asTakenBack(
  actions: readonly Action[],
  undos: readonly UndoGoing[],
): readonly Action[] {
  const asked = new Map(
    undos.flatMap(({ undo, actions: enabling }) =>
      enabling.flatMap(({ requestedAt, state, ...of }) =>
        requestedAt === undefined || state === 'skipped'
          ? []
          : [[targetOf(of), { by: undo.name, at: requestedAt }] as const],
      ),
    ),
  );
  return actions.map((action): Action => {
    const since = asked.get(targetOf(action));
    if (!['disable', 'mute'].includes(action.lever) || action.state !== 'verified' || !since)
      return action;
    if (action.settledAt && action.settledAt > since.at) return action;
    const { settledAt: _settledAt, acceptedAt: _acceptedAt, ...rest } = action;
    const reason = `${since.by} was to switch it on again; it is not claimed to be off.`;
    return { ...rest, state: 'unverifiable', reason };
  });
}

function targetOf({ connection, workflow }: Pick<Action, 'connection' | 'workflow'>): string {
  return keyText({ connection, id: workflow });
}
