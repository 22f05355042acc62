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
export function withHolders(action: Action, seen: readonly Holder[]): Action {
  if (seen.length === 0) return action;
  const known = new Map(holdersOf(action).map((one) => [one.id, one]));
  for (const one of seen) {
    const earlier = known.get(one.id);
    if (!earlier || earlier.at <= one.at) known.set(one.id, one);
  }
  const holders = [...known.values()]
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, rememberedAtMost)
    .map(({ id, name, how, at }) => ({ id, name, how, at: at.toISOString() }));
  return { ...action, memo: { ...objectOf(action.memo), holders } };
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
  return how ? [{ id, name, how, at: new Date(at) }] : [];
}

/** True while nothing but another look can tell that it will not have the address again. */
export function mayReturn(holder: HolderNow, { keptOffBy, isAcquitted }: HolderCase): boolean {
  return holder.stands === 'can_return' && keptOffBy === undefined && !isAcquitted;
}

/**
 * A reading that also speaks of those who were seen at the address: as doubts of those that may
 * have it again, as plain statements of the others.
 */
export function withHoldersTold(
  reading: Reading,
  caseOf: (holder: HolderNow) => HolderCase,
  at: Date,
): Reading {
  const away = (reading.holders ?? []).filter(({ stands }) => stands !== 'there');
  const doubts = away.filter((one) => mayReturn(one, caseOf(one)));
  const settled = away.filter((one) => !mayReturn(one, caseOf(one)));
  return {
    ...reading,
    proofs: [...reading.proofs, ...settled.map((one) => statement(one, caseOf(one), at))],
    doubts: [...reading.doubts, ...doubts.map((one) => returnDoubt(one, caseOf(one)))],
  };
}

/** That a holder may have the address again, and what to type. */
function returnDoubt(holder: HolderNow, { ref }: HolderCase): string {
  const next = ref === undefined ? 'once `scope sync` has found it' : `\`contain plan ${ref}\``;
  return `${seenWords(holder, ref)}, and can again: contain it too, ${next}.`;
}

function statement(holder: HolderNow, its: HolderCase, at: Date): Proof {
  const text = `${seenWords(holder, its.ref)}; ${becameOf(holder, its)}.`;
  return { method: 'list', finding: 'silent', text, at };
}

/** Who had the address, how and when, without a full stop. */
export function seenWords({ id, name, how, at }: Holder, ref: string | undefined): string {
  const who = ref === undefined ? `“${name}” (id ${id})` : `${ref} “${name}”`;
  return `${who} ${howWords[how]} at its address at ${shownInstant(at)}`;
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
