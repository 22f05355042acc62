import type { Action, ActionState, Plan } from './plan.ts';
import { listed } from './wording.ts';

/** An entrance that was not reached is told of itself, and one that was opened is wanted open. */
const reached: readonly ActionState[] = [
  'requested',
  'accepted',
  'pending',
  'verified',
  'unverifiable',
  'contradicted',
];

/** Entrances that nobody has seen open since they were shut. */
const shut: readonly ActionState[] = ['pending', 'verified', 'unverifiable'];

/**
 * True where a workflow was to be off and its executions were not stopped: the platform would not, or
 * it said that it did and they were seen to go on. What came back is told of as such.
 *
 * @param entrance the action that shuts the same workflow's entrance
 */
export function couldNotStop({ lever, state }: Action, entrance: Action | undefined): boolean {
  if (lever !== 'stop' || entrance === undefined) return false;
  if (state === 'contradicted') return shut.includes(entrance.state);
  return state === 'failed' && reached.includes(entrance.state);
}

/** The stops of a containment after which executions go on, or may. */
export function notStoppedOf(
  { purpose }: Pick<Plan, 'purpose'>,
  actions: readonly Action[],
): readonly Action[] {
  if (purpose !== 'contain' || !actions.some(isFailedStop)) return [];
  const entrances = new Map(
    actions.filter(({ lever }) => lever === 'disable').map((one) => [keyOf(one), one]),
  );
  return actions.filter((one) => couldNotStop(one, entrances.get(keyOf(one))));
}

/** That what could not be stopped is not contained; empty where all of it could. */
export function notStoppedWords(refs: readonly string[]): string {
  if (refs.length === 0) return '';
  const [is, its] = refs.length === 1 ? ['is', 'its'] : ['are', 'their'];
  return ` ${listed(refs, 20)} ${is} NOT contained: ${its} executions could not be stopped, and may go on.`;
}

function isFailedStop({ lever, state }: Action): boolean {
  return lever === 'stop' && (state === 'failed' || state === 'contradicted');
}

function keyOf({ connection, workflow }: Action): string {
  return `${connection}/${workflow}`;
}
