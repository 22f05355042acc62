import type { Override, Plan, PlanTarget } from '../domain/plan.ts';
import type { Leave } from '../domain/policy.ts';
import { present } from './rows.ts';
import type { plans, Stored } from './tables/plans.ts';

/** What a plan needs, as it is stored. */
export function storedLeave({ ways, ...leave }: Leave) {
  return {
    ...leave,
    ways: ways.map(({ others, severities, ...way }) => ({
      ...way,
      others: [...others],
      ...(severities ? { severities: [...severities] } : {}),
    })),
  };
}

/** A connection of a plan, as it is stored. */
export function storedConnection({ fallbacks, ...connection }: Plan['connections'][number]) {
  return { ...connection, ...(fallbacks ? { fallbacks: [...fallbacks] } : {}) };
}

/** A target, as it is stored: instants are text. */
export function storedTarget({
  beware,
  hosts,
  moves,
  nodes,
  ...target
}: PlanTarget): Stored<PlanTarget> {
  return {
    ...target,
    observedAt: target.observedAt.toISOString(),
    breaks: [...target.breaks],
    because: [...target.because],
    ...(beware ? { beware: [...beware] } : {}),
    ...(hosts ? { hosts: [...hosts] } : {}),
    ...(moves ? { moves: [...moves] } : {}),
    ...(nodes ? { nodes: [...nodes] } : {}),
  };
}

/** An override with its review, as they are stored: instants are text. */
export function storedOverride({ at, review, ...rest }: Override): Stored<Override> {
  return {
    ...rest,
    at: at.toISOString(),
    ...(review ? { review: { ...review, at: review.at.toISOString() } } : {}),
  };
}

/** An override with its review, as they were. */
export function overrideOf({ at, review, ...rest }: Stored<Override>): Override {
  return {
    ...rest,
    at: new Date(at),
    ...(review ? { review: { ...review, at: new Date(review.at) } } : {}),
  };
}

/** `P-3`. */
export function nameOf(number: number): string {
  return `P-${number}`;
}

/** A plan as it was stored. */
export function planOf(row: typeof plans.$inferSelect): Plan {
  const { number, undoes, freezes, missing, leave, override: kept, ...rest } = row;
  const { stateReason, startedAt, startedBy, finishedAt, ...plan } = rest;
  const override = kept && overrideOf(kept);
  return {
    ...plan,
    name: nameOf(number),
    targets: row.targets.map((target) => ({
      ...target,
      observedAt: new Date(target.observedAt),
    })),
    ...present({ undoes, freezes, missing, leave, override }),
    ...present({ stateReason, startedAt, startedBy, finishedAt }),
  };
}
