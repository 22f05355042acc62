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
