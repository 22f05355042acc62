import type { Action, Plan } from '../domain/plan.ts';
import type { UndoGoing } from '../domain/undo-under-way.ts';
import { asTakenBack } from '../domain/undo-under-way.ts';
import { waitsOf } from '../domain/waits.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { showBoth } from './show-time.ts';
import { zoneOf } from './when.ts';

/** How many of the workflows that wait are named. */
const namedAtMost = 10;

/** How many reasons to wait are told. */
const reasonsAtMost = 5;

/** The actions of a plan as they may be shown: an undo of it may have begun since. */
export async function shownActions(
  { store }: CommandContext,
  plan: Plan,
  plans: readonly Plan[],
): Promise<readonly Action[]> {
  const actions = await store.plans.actions(plan.id);
  if (plan.purpose !== 'contain' && plan.purpose !== 'mute') return actions;
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

/** Until when what is pending cannot be proved, and why: a line for each reason. */
function waitingFields(context: CommandContext, actions: readonly Action[]): Fields {
  const waits = waitsOf(actions, context.now());
  // Those that wait longest: the plan ends with them.
  return waits.slice(-reasonsAtMost).map(({ refs, until, reason = '' }) => {
    const who = listed(refs, namedAtMost);
    return ['waits', `${who} until ${showBoth(until, zoneOf(context))}. ${reason}`.trim()];
  });
}
