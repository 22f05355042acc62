import type { Told } from './action.ts';
import { toldOf } from './action.ts';
import { keyText } from './inventory.ts';
import type { Action } from './plan.ts';

/** What does again what an action contained, and was on when it was last told of: it stays open. */
export function openCopies(action: Action): readonly Told[] {
  const own = keyText({ connection: action.connection, id: action.workflow });
  const last = new Map(toldOf(action).map((told) => [keyText(told.key), told]));
  return [...last.values()].filter(({ key, isOn }) => isOn && keyText(key) !== own);
}

/** `w45, a copy of w9,` */
export function copyWords({ ref, isTaker }: Told, of: Pick<Action, 'ref'>): string {
  return isTaker ? `${ref}, which took over from ${of.ref},` : `${ref}, a copy of ${of.ref},`;
}
