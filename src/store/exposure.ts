import type { Fact } from '../domain/inventory.ts';
import { isOpenEntry } from '../domain/simulation.ts';

const hostKinds: readonly Fact['kind'][] = ['code', 'host_access'];
/** Each of these outweighs all that come after it. */
const weights = {
  openEntry: 4_000,
  code: 2_000,
  platformApi: 1_000,
  mostCredentials: 999,
} as const;

/**
 * How much harm a workflow could do, for the order in which hits are shown: first what strangers
 * can start, then what runs code or reaches the host, then what can undo containment through the
 * platform's API, then by the number of its credentials. Only what is live counts; where nothing is
 * known to be live, the draft does.
 */
export function exposureOf(facts: readonly Fact[]): number {
  const enabled = facts.filter((fact) => fact.disabled !== true);
  const published = enabled.filter((fact) => fact.in !== 'draft');
  const live = published.length > 0 ? published : enabled;
  const has = (test: (fact: Fact) => boolean, weight: number) => (live.some(test) ? weight : 0);
  const credentials = new Set(
    live.filter((fact) => fact.kind === 'credential').map((fact) => fact.value),
  );
  return (
    has(isOpenEntry, weights.openEntry) +
    has((fact) => hostKinds.includes(fact.kind), weights.code) +
    has((fact) => fact.kind === 'platform_api', weights.platformApi) +
    Math.min(credentials.size, weights.mostCredentials)
  );
}
