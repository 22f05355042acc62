import type { Holder, HolderCase, HolderNow } from './holders.ts';
import {
  holdersOfAll,
  holderWords,
  mayReturn,
  nowWords,
  seenWords,
  withHolders,
} from './holders.ts';
import type { NewTimelineEvent } from './timeline.ts';
import type { Held, Return } from './watch.ts';
import { overtaken, returnEvent } from './watch.ts';

/**
 * What one more look makes of who was seen at the address of something contained: it is kept, and
 * its incident is told of each that has it, every time that it has it anew, and once of each that
 * may have it again. Until it is verified once more, nobody can call the target verified.
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
  const known = new Map(holdersOfAll(held.map(({ action }) => action)).map((one) => [one.id, one]));
  // What a verification explained away is news again once that no longer holds.
  const isCalledVerified = held.some(({ action }) => action.state === 'verified');
  const fresh = holders.filter((one) => {
    const earlier = known.get(one.id);
    if (one.stands === 'there') return isCalledVerified || earlier?.wasThere !== true;
    return mayReturn(one, caseOf(one)) && (isCalledVerified || !earlier);
  });
  const left = holders.filter(({ id, stands }) => {
    return stands !== 'there' && known.get(id)?.wasThere === true;
  });
  if (fresh.length === 0 && left.length === 0) return undefined;
  const said = holders
    .filter((one) => one.stands === 'there' || mayReturn(one, caseOf(one)) || left.includes(one))
    .map((one) => holderWords(one, caseOf(one)));
  return {
    actions: held.map(({ action }) => ({
      ...withHolders(fresh.length > 0 ? overtaken(action) : action, holders),
      ...(fresh.length > 0 && action.state !== 'contradicted'
        ? { state: 'unverifiable', settledAt: now }
        : {}),
      // Why it could not be verified before is still true.
      reason: [...withoutHolders(action.reason, holders, { known, caseOf }), ...said].join(' '),
    })),
    events: fresh.map((one) => eventOf(held, first, one, { its: caseOf(one), now })),
  };
}

/** The rest of a reason, where it was said already what stood of these; nothing where that is all. */
function withoutHolders(
  reason: string | undefined,
  holders: readonly HolderNow[],
  {
    known,
    caseOf,
  }: {
    readonly known: ReadonlyMap<string, Holder>;
    readonly caseOf: (holder: HolderNow) => HolderCase;
  },
): readonly string[] {
  if (reason === undefined) return [];
  const said = holders.flatMap((one) => {
    const earlier = known.get(one.id);
    const { ref: _ref, ...unnamed } = caseOf(one);
    const cases = [caseOf(one), unnamed];
    return earlier
      ? standings.flatMap((stands) => cases.map((its) => holderWords({ ...earlier, stands }, its)))
      : [];
  });
  const rest = said.reduce((text, sentence) => text.replace(sentence, ''), reason);
  const kept = rest.replaceAll(/ {2,}/g, ' ').trim();
  return kept === '' ? [] : [kept];
}

const standings = ['there', 'can_return', 'archived', 'moved', 'gone'] as const;

function eventOf(
  held: readonly Held[],
  { action }: Held,
  holder: HolderNow,
  { its, now }: { readonly its: HolderCase; readonly now: Date },
): NewTimelineEvent {
  const { ref } = its;
  const words = holder.stands === 'there' ? nowWords(holder, ref) : seenWords(holder, ref);
  return returnEvent(held, {
    kind: 'address_taken',
    at: now,
    text: `${action.ref} “${action.workflowName}” may be reached: ${words}.`,
    data: {
      workflow: action.workflow,
      holder: holder.id,
      how: holder.how,
      isThere: holder.stands === 'there',
      seenAt: holder.at.toISOString(),
      next: ref === undefined ? 'scope sync' : `contain plan ${ref}`,
    },
  });
}
