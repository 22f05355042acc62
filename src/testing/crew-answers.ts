import { z } from 'zod';

import type { Said } from './instance.ts';

const found = z.object({
  total: z.number(),
  hits: z.array(z.object({ id: z.string(), ref: z.string(), reasons: z.array(z.string()) })),
  coverage: z.object({
    connections: z.array(
      z.object({
        workflows: z.number(),
        credentials: z.number(),
        runtimeHosts: z.object({ nodes: z.number(), workflows: z.number() }),
      }),
    ),
  }),
});

/** What `scope find` found: ids in order, why, and what the answer rests on. */
export function foundBy(said: Said) {
  const answer = found.parse(said.json());
  return {
    ids: answer.hits.map((hit) => hit.id).toSorted(),
    reasonFor: (id: string) => answer.hits.find((hit) => hit.id === id)?.reasons.join('; ') ?? '',
    coverage: answer.coverage.connections[0],
    total: answer.total,
  };
}

const planned = z.object({
  plan: z.object({
    name: z.string(),
    approvalsNeeded: z.number(),
    targets: z.array(z.object({ id: z.string(), because: z.array(z.string()) })),
  }),
});

/** The plan that an answer is about, with the ids of its targets. */
export function planFrom(said: Said) {
  const { plan } = planned.parse(said.json());
  return { ...plan, ids: plan.targets.map((target) => target.id).toSorted() };
}
