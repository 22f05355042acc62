import { removeFactors } from '../domain/factor.ts';
import type { Json } from '../domain/json.ts';
import { addPerson, enablePerson } from '../domain/people.ts';
import { grant } from '../domain/permissions.ts';
import type { Person, PersonId } from '../domain/person.ts';
import type { Decider } from '../domain/plan-change.ts';
import type { Digester } from '../domain/plan-digest.ts';
import type { SecurityRequest } from '../domain/security-request.ts';
import type { Change } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { factorsBefore, personBefore } from './person-before.ts';

/**
 * What two admins want, as it is stored; undefined when what it is about is no longer as it was when
 * it was asked for.
 */
export async function whatIsMade(
  { store, recorder }: Pick<CommandContext, 'store' | 'recorder'>,
  { change, seen, requestedBy }: SecurityRequest,
  by: Decider,
): Promise<Change | undefined> {
  if (change.kind === 'add') {
    const { kind: _kind, person: id, ...who } = change;
    return addPerson({ id, ...who }, by, requestedBy);
  }
  const person = await store.people.byId(change.person);
  if (person === undefined) return undefined;
  if (change.kind === 'factor') {
    const factors = await store.factors.of(person.id);
    if (!isSame(recorder, factorsBefore(factors), seen)) return undefined;
    return removeFactors(person, factors, by);
  }
  if (!isSame(recorder, personBefore(person), seen)) return undefined;
  switch (change.kind) {
    case 'grant':
      return grant(person, change.permissions, by, requestedBy);
    case 'enable':
      return enablePerson(person, by);
    case 'invite':
      // Who asked makes it: the code is shown to nobody else.
      return {};
  }
}

function isSame(digester: Digester, now: Json, seen: Json): boolean {
  return digester.canonical(now) === digester.canonical(seen);
}

/**
 * The same with both admins as they are now, whose revisions the store guards: neither may cease to
 * be one at the very moment.
 */
export function guardedBy(change: Change, admins: readonly Person[]): Change {
  const changed = change.people ?? [];
  const known = new Set<PersonId>(changed.map(({ id }) => id));
  const others = admins.filter(({ id }) => !known.has(id));
  const people = [...changed, ...others].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { ...change, people };
}
