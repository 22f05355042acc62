import type { HolderCase, HolderNow } from './holders.ts';
import { holdersOf, mayReturn, seenWords, withHolders } from './holders.ts';
import type { Held, Return } from './watch.ts';
import { returnEvent } from './watch.ts';

/**
 * What one more look makes of who was seen at the address of something contained: it is kept, and
 * its incident is told of those that were not known, or were no reason to doubt it so far. Until it
 * is looked at once more, nobody can call the target verified.
 *
 * @param held    of one workflow and one incident
 * @param caseOf  what is known of a holder apart from its platform
 * @returns undefined when nothing is new
 */
export function addressTaken(
  held: readonly Held[],
  holders: readonly HolderNow[],
  caseOf: (holder: HolderNow) => HolderCase,
  now: Date,
): Return | undefined {
  const [first] = held;
  if (first === undefined) return undefined;
  const known = new Set(holdersOf(first.action).map(({ id }) => id));
  // What a verification explained away is news again once that no longer holds.
  const isCalledVerified = held.some(({ action }) => action.state === 'verified');
  const fresh = holders
    .filter((one) => isCalledVerified || !known.has(one.id))
    .filter((one) => one.stands === 'there' || mayReturn(one, caseOf(one)));
  if (fresh.length === 0) return undefined;
  const told = fresh.map((one) => `${seenWords(one, caseOf(one).ref)}.`);
  return {
    actions: held.map(({ action }) => ({
      ...withHolders(action, holders),
      state: 'unverifiable',
      // Why it could not be verified before is still true.
      reason: [...(action.reason === undefined ? [] : [action.reason]), ...told].join(' '),
      settledAt: now,
    })),
    events: fresh.map((one, index) => {
      const { ref } = caseOf(one);
      return returnEvent(held, {
        kind: 'address_taken',
        at: now,
        text: `${first.action.ref} “${first.action.workflowName}” may be reached: ${told[index]}`,
        data: {
          workflow: first.action.workflow,
          holder: one.id,
          how: one.how,
          seenAt: one.at.toISOString(),
          next: ref === undefined ? 'scope sync' : `contain plan ${ref}`,
        },
      });
    }),
  };
}
