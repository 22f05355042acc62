import type { Action } from './plan.ts';
import type { Reading } from './verification.ts';
import type { Held, Return } from './watch.ts';
import { returnEvent } from './watch.ts';

/**
 * What one more look at a blocked credential makes of it: nothing, unless the platform shows it as
 * usable again, or that somebody else changed it since. Then its incident is told, of each change.
 *
 * @param held blocks of one credential in one incident
 */
export function blockLifted(
  held: readonly Held[],
  { proofs, doubts }: Pick<Reading, 'proofs' | 'doubts'>,
  now: Date,
): Return | undefined {
  const [first] = held;
  if (first === undefined) return undefined;
  const against = proofs.filter(({ finding }) => finding === 'contradicts');
  const isLifted = against.length > 0;
  const reason = isLifted
    ? `Its block was lifted: ${against.map(({ text }) => text).join(' ')}`
    : doubts.join(' ');
  if (!isLifted && (reason === '' || held.every(({ action }) => knows(action, reason)))) {
    return undefined;
  }
  const { action } = first;
  return {
    actions: held.map((one) => ({
      ...one.action,
      state: isLifted ? 'contradicted' : 'unverifiable',
      proofs,
      reason,
      settledAt: now,
    })),
    events: [
      returnEvent(held, {
        kind: isLifted ? 'block_lifted' : 'block_doubted',
        at: now,
        text: `${action.ref} “${action.workflowName}” may be used again: ${reason}`,
        data: {
          credential: action.workflow,
          proofs: proofs.map(({ method, finding, text }) => ({ method, finding, text })),
          next: `cred block ${action.ref}`,
        },
      }),
    ],
  };
}

function knows({ state, reason }: Action, doubt: string): boolean {
  return state === 'unverifiable' && reason === doubt;
}
