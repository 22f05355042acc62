import { planAgainLine } from './plan-words.ts';
import type { Action, Plan } from './plan.ts';
import type { Reading } from './verification.ts';
import type { Held, Return } from './watch.ts';
import { contradictedBy, returnEvent } from './watch.ts';

/**
 * What one more look at nodes that were switched off makes of them: nothing, unless one shows as on,
 * or that something else took its place. Then their incident is told, of each once.
 *
 * @param held of one workflow in one incident
 * @param around.whole the plan that switched them off, with its nodes
 */
export function nodesBack(
  held: Held,
  { proofs, doubts }: Pick<Reading, 'proofs' | 'doubts'>,
  around: { readonly now: Date; readonly whole: Plan },
): Return | undefined {
  const { action, plan } = held;
  const { now, whole } = around;
  const against = proofs.filter(({ finding }) => finding === 'contradicts');
  const isBack = against.length > 0;
  const reason = isBack
    ? `They came back: ${against.map(({ text }) => text).join(' ')}`
    : doubts.join(' ');
  if (!isBack && (reason === '' || knows(action, reason))) return undefined;
  const after: Action = isBack
    ? { ...contradictedBy(action, reason, now), proofs }
    : { ...action, state: 'unverifiable', proofs, reason, settledAt: now };
  return {
    actions: [after],
    events: [
      returnEvent([held], {
        kind: isBack ? 'nodes_came_back' : 'nodes_doubted',
        at: now,
        text: `nodes of ${action.ref} “${action.workflowName}” that were switched off ${isBack ? 'came back' : 'may go on'}: ${isBack ? `${against.map(({ text }) => text).join(' ')} The platform does not say since when or by whom.` : reason}`,
        data: {
          workflow: action.workflow,
          proofs: proofs.map(({ method, finding, text }) => ({ method, finding, text })),
          next: isBack ? planAgainLine(whole) : `contain status ${plan.name}`,
        },
      }),
    ],
  };
}

function knows({ state, reason }: Action, doubt: string): boolean {
  return state === 'unverifiable' && reason === doubt;
}
