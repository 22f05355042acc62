import type { Told } from './action.ts';
import { withTold } from './action.ts';
import { copyWords } from './told-copies.ts';
import type { Held, Return } from './watch.ts';
import { contradictedBy, returnEvent } from './watch.ts';
import { listed } from './wording.ts';

/**
 * What a verification makes of copies that were told of before: the target stays contradicted while
 * one of them is on, whatever shows of the target itself. What is off now is told again when it is
 * on once more.
 *
 * @param seen of its open copies, those that were looked at: whether they are on
 * @returns undefined when nothing is new
 */
export function copiesSeen(
  held: Held,
  seen: readonly { readonly copy: Told; readonly isOn: boolean }[],
  now: Date,
): Return | undefined {
  const { action } = held;
  const off = seen
    .filter(({ isOn }) => !isOn)
    .map(({ copy }) => ({ ...copy, isOn: false, at: now }));
  const on = seen.filter(({ isOn }) => isOn).map(({ copy }) => copy);
  if (off.length === 0 && on.length === 0) return undefined;
  const known = off.length > 0 ? withTold(action, off) : action;
  if (on.length === 0) return { actions: [known], events: [] };
  const refs = on.map(({ ref }) => ref);
  const who = listed(on.map((copy) => copyWords(copy, action)));
  const text = `${who} ${on.length === 1 ? 'is' : 'are'} still on.`;
  return {
    actions: [contradictedBy(known, text, now)],
    events: [
      returnEvent([held], {
        kind: 'copy_on',
        at: now,
        text,
        data: { workflow: action.workflow, copies: refs, next: `contain plan ${refs.join(' ')}` },
      }),
    ],
  };
}
