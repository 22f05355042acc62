import { fallbackOf } from './action.ts';
import type { CutOff } from './cut-off.ts';
import { byHandWords, tryWords, usesWords } from './cut-off.ts';
import type { Action, Plan } from './plan.ts';
import { wasFoundOff } from './seen-off.ts';
import { showedOn } from './watch.ts';
import { listed } from './wording.ts';

/**
 * True for a workflow that goes on although it was disabled and archived, too: what Firebreak has for
 * it is spent. One that was seen off and came back is none: the same may do once more.
 */
export function isSpent(action: Action): boolean {
  return showedOn(action) && fallbackOf(action) !== undefined && !wasFoundOff(action);
}

/** What is left to try about it, in sentences. @param connections their names */
export function spentWords(left: CutOff, connections: readonly string[]): string {
  const [is, its, it] =
    left.refs.length === 1 ? ['was', 'its address', 'It'] : ['were', 'their addresses', 'They'];
  const names = listed(connections);
  const tries = left.lines.length === 0 ? '' : ` Left to try: ${tryWords(left)}.`;
  return (
    `${listed(left.refs, 20)} ${is} disabled, archived, too, and seen to go on: planning the same again does no more. ` +
    `${it} ${usesWords(left)}.${tries} \`contain freeze ${connections[0] ?? ''}\` keeps from it what it calls. ` +
    `To end it by hand: take ${its} off at the proxy in front of ${names}, or ${byHandWords(left)}.`
  );
}

/** What whoever plans it once more has to know. */
export function spentBefore({ ref }: Action, { name }: Pick<Plan, 'name'>): string {
  return `${ref}: ${name} disabled it and archived it, too, and it was seen to go on; the same again is not likely to do more. \`contain status ${name}\` tells what is left to try.`;
}
