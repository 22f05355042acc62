import type { Factor } from '../domain/factor.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Person } from '../domain/person.ts';

/** What another admin agrees to about a person holds for them as they are: what they may, or not. */
export function personBefore({ permissions, disabledAt, guestOf }: Person): JsonObject {
  return {
    permissions: permissions.toSorted(),
    disabledAt: disabledAt?.toISOString() ?? null,
    guestOf: guestOf ?? null,
  };
}

/** The factors that would be taken away. */
export function factorsBefore(factors: readonly Factor[]): JsonObject {
  const left = factors.filter(({ removedAt }) => removedAt === undefined);
  return { factors: left.map(({ id }) => id).toSorted() };
}
