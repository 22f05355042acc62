import type { Fact, Workflow } from './inventory.ts';
import { isOpenEntry, runs } from './simulation.ts';

/** A workflow that ran within this long is likely to run again at once. */
const recentMs = 60 * 60 * 1000;

/** Weights say what must go first, not how bad something is; only their order matters. */
const weights = {
  openWayOut: 100,
  platformApi: 80,
  hostAccess: 40,
  openEntry: 30,
  ranLately: 20,
  wayOut: 10,
  code: 10,
  credential: 1,
} as const;

/**
 * How early a workflow is to be switched off; higher is earlier. Hits are shown in another order,
 * of what a workflow could do (`store/exposure.ts`): what is read first need not go first.
 *
 * First what an outsider can make send things away, then what can switch others back on through
 * the platform's own API, then what reaches the host.
 */
export function dangerOf(workflow: Workflow, facts: readonly Fact[], now: Date): number {
  const live = facts.filter(runs);
  const has = (...kinds: readonly Fact['kind'][]) => live.some((fact) => kinds.includes(fact.kind));
  const open = live.some(isOpenEntry);
  const out = has('host', 'runtime_host');
  const ranLately =
    workflow.lastRanAt !== undefined && now.getTime() - workflow.lastRanAt.getTime() < recentMs;
  const credentials = live.filter((fact) => fact.kind === 'credential').length;
  return (
    (open && out ? weights.openWayOut : 0) +
    (has('platform_api') ? weights.platformApi : 0) +
    (has('host_access') ? weights.hostAccess : 0) +
    (open ? weights.openEntry : 0) +
    (ranLately ? weights.ranLately : 0) +
    (out ? weights.wayOut : 0) +
    (has('code') ? weights.code : 0) +
    Math.min(credentials, 9) * weights.credential
  );
}

/** Most dangerous first; among equals in the order of their references, so that plans repeat. */
export function mostDangerousFirst(
  workflows: readonly Workflow[],
  factsOf: (workflow: Workflow) => readonly Fact[],
  now: Date,
): readonly Workflow[] {
  return workflows
    .map((workflow) => ({ workflow, danger: dangerOf(workflow, factsOf(workflow), now) }))
    .toSorted((a, b) => b.danger - a.danger || byReference(a.workflow.ref, b.workflow.ref))
    .map(({ workflow }) => workflow);
}

/** `w9` before `w10`. */
export function byReference(a: string, b: string): number {
  return Number(a.slice(1)) - Number(b.slice(1));
}
