import type { JsonObject } from '../../domain/json.ts';
import type { PeopleChange } from '../../domain/people-change.ts';
import type { Person } from '../../domain/person.ts';
import type { Block, View } from '../../domain/reply.ts';
import { lookView } from '../incident-view.ts';

/** The reply to a decision about people. It is not shouted into a room. */
export function peopleView(
  change: PeopleChange,
  next: readonly string[],
  blocks: readonly Block[] = [],
): View {
  return lookView({
    title: change.events[0].text,
    blocks,
    next,
    data: { people: (change.people ?? []).map(personJson) },
  });
}

/** The person for machines. */
export function personJson(person: Person): JsonObject {
  const { handle, name, permissions, timeZone, disabledAt } = person;
  return {
    handle,
    name,
    permissions,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(disabledAt === undefined ? {} : { disabledAt: disabledAt.toISOString() }),
  };
}
