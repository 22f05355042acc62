import { connect, connectionBefore, syncJob } from '../domain/connecting.ts';
import { removeFactors } from '../domain/factor.ts';
import { keyText } from '../domain/inventory.ts';
import type { Json } from '../domain/json.ts';
import { addPerson, enablePerson } from '../domain/people.ts';
import { grant } from '../domain/permissions.ts';
import type { Person, PersonId } from '../domain/person.ts';
import type { Decider } from '../domain/plan-change.ts';
import type { Digester } from '../domain/plan-digest.ts';
import { giveProvider, providerBefore, secretsApart } from '../domain/providing.ts';
import type { ConnectChange, ProviderChange, SecurityRequest } from '../domain/security-request.ts';
import type { Change } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { factorsBefore, personBefore } from './person-before.ts';
import { refuseWhileUsed } from './while-used.ts';

/**
 * What two admins want, as it is stored; undefined when what it is about is no longer as it was when
 * it was asked for.
 */
export async function whatIsMade(
  context: Pick<CommandContext, 'store' | 'recorder'>,
  request: SecurityRequest,
  by: Decider,
): Promise<Change | undefined> {
  const { store, recorder } = context;
  const { change, seen, requestedBy } = request;
  if (change.kind === 'connect') return await connectionMade(context, request, change, by);
  if (change.kind === 'provider') return await providerMade(context, request, change, by);
  if (change.kind === 'add') {
    const { kind: _kind, person: id, ...who } = change;
    return addPerson({ id, ...who }, by, requestedBy);
  }
  // The file is on a server, which takes it up when it starts.
  if (change.kind === 'policy') return {};
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

/** @throws UserError `conflict` while an open incident uses it, which leaves the request open */
async function connectionMade(
  { store, recorder }: Pick<CommandContext, 'store' | 'recorder'>,
  { id, seen }: SecurityRequest,
  change: ConnectChange,
  { person, source, now }: Decider,
): Promise<Change | undefined> {
  const { given, found, connection: connectionId, fingerprint } = change;
  await refuseWhileUsed({ store }, change, now);
  const [known, secret] = await Promise.all([
    store.connections.byName(given.name),
    store.securityRequests.secret(id),
  ]);
  const isThat = secret !== undefined && store.fingerprint(secret.reveal()) === fingerprint;
  if (!isThat || !isSame(recorder, connectionBefore(known), seen)) return undefined;
  const by = { by: person, source, now };
  const { connection, event } = connect({ id: connectionId, given, found, known, ...by });
  return {
    connections: [connection],
    connectionSecrets: [{ connection: connection.id, secret }],
    events: [event],
    jobs: [syncJob(connection.id, now)],
  };
}

async function providerMade(
  { store, recorder }: Pick<CommandContext, 'store' | 'recorder'>,
  { id, seen }: SecurityRequest,
  change: ProviderChange,
  by: Decider,
): Promise<Change | undefined> {
  const [all, secret] = await Promise.all([
    store.inventory.credentials(),
    store.securityRequests.secret(id),
  ]);
  const credential = all.find((one) => keyText(one) === keyText(change.key));
  const isThat = secret !== undefined && store.fingerprint(secret.reveal()) === change.fingerprint;
  const secrets = isThat ? secretsApart(secret) : undefined;
  if (!credential || !secrets || !isSame(recorder, providerBefore(credential), seen)) {
    return undefined;
  }
  return giveProvider(change, credential.provider?.revision ?? 0, secrets, by);
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
