import { checkChain } from './check-chain.ts';
import type { Finding } from './domain/doctor.ts';
import { brokenTimeline, timelinesFinding } from './domain/doctor.ts';
import { instanceChain } from './domain/timeline.ts';
import type { Recorder } from './record/record.ts';
import type { ChainHead, Store } from './store/store.ts';

/** So many entries are followed one by one, which takes seconds; older timelines by their heads. */
const entriesFollowed = 100_000;

/**
 * Follows the newest timelines, and the instance's own, from their first to their last entry, and
 * holds the rest against their heads and what was signed of them.
 */
export async function examineTimelines(
  { store, recorder }: { readonly store: Store; readonly recorder: Recorder },
  followed = entriesFollowed,
): Promise<readonly Finding[]> {
  const heads = await store.timeline.heads();
  const { whole, byHead } = divided(heads, followed);
  const broken: Finding[] = [];
  for (const { chain } of whole) {
    const problem = await checkChain(recorder, store.timeline, chain);
    if (problem !== undefined) broken.push(brokenTimeline(await nameOf(store, chain), problem));
  }
  for (const { chain } of byHead.filter(({ stands }) => !stands)) {
    const problem = 'Its end or what was signed of it is not there.';
    broken.push(brokenTimeline(await nameOf(store, chain), problem));
  }
  if (broken.length > 0) return broken;
  return [timelinesFinding({ followed: whole, byHead })];
}

/** The instance's own chain always, then the newest that fit. */
function divided(heads: readonly ChainHead[], followed: number) {
  const own = heads.filter(({ chain }) => chain === instanceChain);
  const whole = [...own];
  const byHead: ChainHead[] = [];
  let left = followed - own.reduce((sum, { entries }) => sum + entries, 0);
  for (const head of heads.filter(({ chain }) => chain !== instanceChain)) {
    const fits = head.entries <= left;
    (fits ? whole : byHead).push(head);
    if (fits) left -= head.entries;
  }
  return { whole, byHead };
}

async function nameOf(store: Store, chain: string): Promise<string> {
  if (chain === instanceChain) return 'the instance';
  return (await store.incidents.forFirebreak(chain))?.name ?? chain;
}
