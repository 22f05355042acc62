import type { Action, Plan } from '../domain/plan.ts';
import type { UndoGoing } from '../domain/undo-under-way.ts';
import { asTakenBack } from '../domain/undo-under-way.ts';
import { isFinal } from '../domain/verification.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { showBoth } from './show-time.ts';
import { zoneOf } from './when.ts';

/** How many of the workflows that wait are named. */
const namedAtMost = 10;

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

type Fields = readonly (readonly [string, string])[];

/** What goes on by itself: the undo of a plan, and what its proofs wait for. */
export function goingFields(
  context: CommandContext,
  undo: Plan | undefined,
  actions: readonly Action[],
): Fields {
  return [...undoFields(undo), ...waitingFields(context, actions)];
}

/** Names the undo of a plan that goes on or waits. */
function undoFields(undo: Plan | undefined): Fields {
  if (!undo) return [];
  const going = undo.startedAt === undefined ? 'is to take it back' : 'is taking it back';
  return [['undo', `${undo.name} ${going} (${undo.state})`]];
}

/** Until when what is pending cannot be proved, and why: the last that is waited for. */
function waitingFields(context: CommandContext, actions: readonly Action[]): Fields {
  const now = context.now();
  const waiting = actions.flatMap((action) =>
    !isFinal(action) && action.notBefore !== undefined && action.notBefore > now
      ? [{ ...action, notBefore: action.notBefore }]
      : [],
  );
  // A stop waits for its entrance, which knows why.
  const own = waiting.filter(({ lever }) => lever !== 'stop');
  const last = (own.length > 0 ? own : waiting)
    .toSorted((a, b) => a.notBefore.getTime() - b.notBefore.getTime())
    .at(-1);
  if (!last) return [];
  const refs = listed([...new Set(waiting.map(({ ref }) => ref))], namedAtMost);
  const until = showBoth(last.notBefore, zoneOf(context));
  return [['waits', [`${refs} until ${until}.`, last.reason ?? ''].join(' ').trim()]];
}
