import { objectOf } from './action.ts';
import type { Json } from './json.ts';
import type { Action } from './plan.ts';
import type { Proof, Reading } from './verification.ts';
import { shownInstant } from './watch.ts';

/** How another workflow was seen to have the address of one that is contained. */
export const holdings = ['answered', 'published', 'ran'] as const;
export type Holding = (typeof holdings)[number];

/** Another workflow of the same connection that had the address of one that is contained. */
export type Holder = {
  /** The platform's id of it. */
  readonly id: string;
  readonly name: string;
  readonly how: Holding;
  /** When it was last seen to. */
  readonly at: Date;
  /** It had it at the last look that was kept, and its incident knows. */
  readonly wasThere?: true;
};

/**
 * What has become of a holder.
 *
 * `there`: it has the address just now, and the platform's own doubts say so. `can_return`: it may
 * have it again whenever it is switched on. `archived`, `moved`, `gone`: it cannot, as it is now.
 */
export type HolderNow = Holder & {
  readonly stands: 'there' | 'can_return' | 'archived' | 'moved' | 'gone';
};

/** What is known of a holder apart from its platform. */
export type HolderCase = {
  /** `w12`; absent when no inventory has it yet. */
  readonly ref?: string;
  /** The plan of the same incident that keeps it off. */
  readonly keptOffBy?: string;
  readonly isAcquitted: boolean;
};

/** The oldest are forgotten first; nobody reads more. */
const rememberedAtMost = 20;

/** Keeps with what is contained who was seen at its address, each with the last time. */
export function withHolders(action: Action, seen: readonly (Holder | HolderNow)[]): Action {
  if (seen.length === 0) return action;
  const known = new Map(holdersOf(action).map((one) => [one.id, one]));
  for (const one of seen) {
    const earlier = known.get(one.id);
    const last = earlier && earlier.at > one.at ? earlier : one;
    const wasThere = 'stands' in one ? one.stands === 'there' : one.wasThere === true;
    known.set(one.id, holderFrom(last, wasThere));
  }
  const holders = [...known.values()]
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, rememberedAtMost)
    .map(({ at, ...one }) => ({ ...one, at: at.toISOString() }));
  return { ...action, memo: { ...objectOf(action.memo), holders } };
}

function holderFrom({ id, name, how, at }: Holder, wasThere: boolean): Holder {
  return { id, name, how, at, ...(wasThere ? { wasThere } : {}) };
}

/** Who was seen at the address of the same workflow, whichever of these actions knows it. */
export function holdersOfAll(actions: readonly Action[]): readonly Holder[] {
  return joinedHolders(actions.flatMap(holdersOf));
}

/** Each of them once, as it was last seen, the last first. */
export function joinedHolders(holders: readonly Holder[]): readonly Holder[] {
  const last = new Map<string, Holder>();
  for (const one of holders) {
    const known = last.get(one.id);
    if (!known || known.at < one.at) last.set(one.id, one);
  }
  return [...last.values()].toSorted((a, b) => b.at.getTime() - a.at.getTime());
}

/** @returns who was seen at its address so far, the last first */
export function holdersOf(action: Action): readonly Holder[] {
  const { holders } = objectOf(action.memo);
  return Array.isArray(holders) ? holders.flatMap(holderOf) : [];
}

function holderOf(json: Json): readonly Holder[] {
  const { id, name, at, ...rest } = objectOf(json);
  const how = holdings.find((one) => one === rest['how']);
  if (typeof id !== 'string' || typeof name !== 'string' || typeof at !== 'string') return [];
  return how ? [holderFrom({ id, name, how, at: new Date(at) }, rest['wasThere'] === true)] : [];
}

/** True while nothing but another look can tell that it will not have the address again. */
export function mayReturn(holder: HolderNow, { keptOffBy, isAcquitted }: HolderCase): boolean {
  return holder.stands === 'can_return' && keptOffBy === undefined && !isAcquitted;
}

/**
 * A reading that also speaks of those who were seen at the address: as doubts of those that have it
 * or may have it again, as plain statements of the others.
 */
export function withHoldersTold(
  reading: Reading,
  caseOf: (holder: HolderNow) => HolderCase,
  at: Date,
): Reading {
  const holders = reading.holders ?? [];
  const away = holders.filter(({ stands }) => stands !== 'there');
  const settled = away.filter((one) => !mayReturn(one, caseOf(one)));
  const doubts = holders.flatMap((one) => {
    const its = caseOf(one);
    // The platform's own doubt says that it has the address, but not what to type.
    if (one.stands === 'there') return [refWords(one, its)];
    return mayReturn(one, its) ? [holderWords(one, its)] : [];
  });
  return {
    ...reading,
    proofs: [...reading.proofs, ...settled.map((one) => statement(one, caseOf(one), at))],
    doubts: [...reading.doubts, ...doubts],
  };
}

function refWords({ name }: HolderNow, { ref }: HolderCase): string {
  return ref === undefined
    ? `Once \`scope sync\` has found “${name}”, it can be planned.`
    : `“${name}” is ${ref}: \`contain plan ${ref}\`.`;
}

/** What stands of a holder, in a sentence with what to type where it is to be contained. */
export function holderWords(holder: HolderNow, its: HolderCase): string {
  const seen = seenWords(holder, its.ref);
  const next =
    its.ref === undefined ? 'once `scope sync` has found it' : `\`contain plan ${its.ref}\``;
  if (holder.stands === 'there') return `${nowWords(holder, its.ref)}: contain it too, ${next}.`;
  if (mayReturn(holder, its)) return `${seen}, and can again: contain it too, ${next}.`;
  return `${seen}; ${becameOf(holder, its)}.`;
}

/** That it has the address, and how that shows, without a full stop. */
export function nowWords(holder: Holder, ref: string | undefined): string {
  const { how, at } = holder;
  return `${whoWords(holder, ref)} has its address now (it ${howWords[how]} at ${shownInstant(at)})`;
}

function statement(holder: HolderNow, its: HolderCase, at: Date): Proof {
  return { method: 'list', finding: 'silent', text: holderWords(holder, its), at };
}

/** Who had the address, how and when, without a full stop. */
export function seenWords(holder: Holder, ref: string | undefined): string {
  const { how, at } = holder;
  return `${whoWords(holder, ref)} ${howWords[how]} at its address at ${shownInstant(at)}`;
}

function whoWords({ id, name }: Holder, ref: string | undefined): string {
  return ref === undefined ? `“${name}” (id ${id})` : `${ref} “${name}”`;
}

const howWords: Readonly<Record<Holding, string>> = {
  answered: 'answered',
  published: 'was published',
  ran: 'ran',
};

function becameOf({ stands }: HolderNow, { keptOffBy, isAcquitted }: HolderCase): string {
  switch (stands) {
    case 'gone':
      return 'it is no longer listed: deleted, or hidden from us';
    case 'archived':
      return 'it is archived now';
    case 'moved':
      return 'it has another address now';
    case 'there':
    case 'can_return':
      if (keptOffBy !== undefined) return `${keptOffBy} keeps it off`;
      return isAcquitted ? 'it was acquitted, and may have it again' : 'it may have it again';
  }
}
