import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm';

import type { ConnectionId } from '../domain/connection.ts';
import type { Credential, Holding, PlatformUser, UserRecord } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { credentialRef } from './inventory-rows.ts';
import { providerOf } from './providers.ts';
import { isUuid, present } from './rows.ts';
import { connections } from './tables/connections.ts';
import { credentials, facts, platformUsers, workflows } from './tables/inventory.ts';
import { providers } from './tables/providers.ts';

/** All present credentials by name, with the number of present workflows that use each. */
export async function credentialsOf(db: Db): Promise<readonly Credential[]> {
  const used = db
    .select({
      connection: facts.connection,
      value: facts.value,
      by: sql<number>`count(distinct ${facts.workflow})::int`.as('used_by'),
    })
    .from(facts)
    .innerJoin(
      workflows,
      and(eq(workflows.connection, facts.connection), eq(workflows.id, facts.workflow)),
    )
    .where(and(eq(facts.kind, 'credential'), isNull(workflows.goneAt)))
    .groupBy(facts.connection, facts.value)
    .as('used');
  const rows = await db
    .select({
      row: credentials,
      connectionName: connections.name,
      usedBy: used.by,
      provider: providers,
    })
    .from(credentials)
    .innerJoin(connections, eq(connections.id, credentials.connection))
    .leftJoin(
      used,
      and(eq(used.connection, credentials.connection), eq(used.value, credentials.id)),
    )
    .leftJoin(
      providers,
      and(
        eq(providers.connection, credentials.connection),
        eq(providers.credential, credentials.id),
      ),
    )
    .where(isNull(credentials.goneAt))
    .orderBy(asc(credentials.foldedName), asc(credentials.ref));
  return rows.map(({ row, connectionName, usedBy, provider }) => ({
    connection: row.connection,
    id: row.id,
    ref: credentialRef(row.ref),
    connectionName,
    name: row.name,
    type: row.type,
    onlyReferenced: row.onlyReferenced,
    usedBy: usedBy ?? 0,
    ...present({ owner: row.owner, changedAt: row.changedAt, provider: providerOf(provider) }),
  }));
}

/** The platform's own users, as the last sync saw them. */
export async function usersOf(db: Db, connection: ConnectionId): Promise<readonly UserRecord[]> {
  if (!isUuid(connection)) return [];
  const rows = await db
    .select()
    .from(platformUsers)
    .where(and(eq(platformUsers.connection, connection), isNull(platformUsers.goneAt)))
    .orderBy(asc(platformUsers.ref));
  return rows.map(userOf);
}

/** The users of all platforms, with their references. */
export async function platformUsersOf(db: Db): Promise<readonly PlatformUser[]> {
  const rows = await db
    .select({ row: platformUsers, connectionName: connections.name })
    .from(platformUsers)
    .innerJoin(connections, eq(connections.id, platformUsers.connection))
    .where(isNull(platformUsers.goneAt))
    .orderBy(asc(connections.name), asc(platformUsers.ref));
  return rows.map(({ row, connectionName }) => ({
    ...userOf(row),
    connection: row.connection,
    ref: `u${row.ref}`,
    connectionName,
  }));
}

/** Who owns how many present workflows, as the platforms name them. */
export async function holdingsOf(db: Db): Promise<readonly Holding[]> {
  const rows = await db
    .select({
      connection: workflows.connection,
      owner: workflows.owner,
      workflows: sql<number>`count(*)::int`,
      active: sql<number>`(count(*) filter (where ${workflows.active}))::int`,
    })
    .from(workflows)
    .where(and(isNull(workflows.goneAt), isNotNull(workflows.owner)))
    .groupBy(workflows.connection, workflows.owner);
  return rows.flatMap(({ owner, ...row }) => (owner === null ? [] : [{ ...row, owner }]));
}

function userOf(row: typeof platformUsers.$inferSelect): UserRecord {
  const { id, name, email, role, hasMfa, isInvited, lastActiveAt, stays } = row;
  return { id, name, ...present({ email, role, hasMfa, isInvited, lastActiveAt, stays }) };
}
