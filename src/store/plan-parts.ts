import type { Override } from '../domain/plan.ts';
import type { Leave } from '../domain/policy.ts';
import type { Stored } from './tables/plans.ts';

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
