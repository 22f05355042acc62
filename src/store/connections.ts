import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm';

import type { Connection } from '../domain/connection.ts';
import { Secret } from '../domain/secret.ts';
import { StaleError, UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { violatedConstraint } from './database.ts';
import { inKeyOrder, isUuid, present } from './rows.ts';
import type { Sealer } from './seal.ts';
import { SealError, sealedPlace } from './seal.ts';
import type { Connections } from './store.ts';
import { connectionSecrets, connections } from './tables/connections.ts';

const hasSecret = sql<boolean>`${connectionSecrets.connection} is not null`;

/** Reads of connections, and the one place where their secrets are opened. */
export function connectionsStore(db: Db, sealer: Sealer, instanceId: string): Connections {
  const select = () =>
    db
      .select({ row: connections, hasSecret })
      .from(connections)
      .leftJoin(connectionSecrets, eq(connectionSecrets.connection, connections.id));
  return {
    async byId(id) {
      if (!isUuid(id)) return undefined;
      const [found] = await select().where(eq(connections.id, id));
      return found && connectionOf(found);
    },

    async byName(name) {
      const lower = name.toLowerCase();
      const [found] = await select().where(sql`lower(${connections.name}) = ${lower}`);
      return found && connectionOf(found);
    },

    async list() {
      const found = await select().orderBy(asc(sql`lower(${connections.name})`));
      return found.map(connectionOf);
    },

    async secret(id) {
      if (!isUuid(id)) return undefined;
      const [found] = await db
        .select({ sealed: connectionSecrets.sealed, name: connections.name })
        .from(connectionSecrets)
        .innerJoin(connections, eq(connections.id, connectionSecrets.connection))
        .where(eq(connectionSecrets.connection, id));
      if (found === undefined) return undefined;
      try {
        return new Secret(
          new TextDecoder().decode(sealer.open(found.sealed, placeOf(id, instanceId))),
        );
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        throw new UserError('not_ready', `The secret of ${found.name} cannot be opened.`, {
          hint: 'The database was changed by hand, or its key is another one. Enter the secret again.',
        });
      }
    },
  };
}

/**
 * Writes connections. When the base URL changes, the secret is dropped unless a new one comes in
 * the same change, because it was entrusted to the old host.
 *
 * What the last sync saw is written by the sync alone; a connection that was loaded before a sync
 * must not take it back.
 *
 * @throws StaleError, UserError `conflict` when the name is taken
 */
export async function writeConnections(tx: Db, list: readonly Connection[]): Promise<void> {
  await inKeyOrder(
    list,
    ({ id }) => id,
    (connection) =>
      writeConnection(tx, connection).catch((error: unknown) => {
        if (violatedConstraint(error) !== 'connections_name') throw error;
        const { name } = connection;
        throw new UserError('conflict', `There is already a connection called ${name}.`, {
          hint: 'Choose another name, e.g. `--name prod-2`.',
        });
      }),
  );
}

/** Seals and writes secrets, or drops them. */
export async function writeConnectionSecrets(
  tx: Db,
  sealer: Sealer,
  instanceId: string,
  list: readonly { readonly connection: string; readonly secret: Secret | null }[],
): Promise<void> {
  for (const { connection, secret } of list) {
    if (secret === null) {
      await tx.delete(connectionSecrets).where(eq(connectionSecrets.connection, connection));
      continue;
    }
    const bytes = new TextEncoder().encode(secret.reveal());
    const sealed = sealer.seal(bytes, placeOf(connection, instanceId));
    await tx
      .insert(connectionSecrets)
      .values({ connection, sealed })
      .onConflictDoUpdate({ target: connectionSecrets.connection, set: { sealed } });
  }
}

/** Writes when what was contained on a connection was last looked at again; never an earlier time. */
export async function writeWatches(
  tx: Db,
  list: readonly { readonly connection: string; readonly at: Date }[],
): Promise<void> {
  for (const { connection, at } of list) {
    const isLater = or(isNull(connections.watchedAt), lt(connections.watchedAt, at));
    await tx
      .update(connections)
      .set({ watchedAt: at })
      .where(and(eq(connections.id, connection), isLater));
  }
}

/** Writes until when a connection is to be left alone by the watch. */
export async function writeWatchRests(
  tx: Db,
  list: readonly { readonly connection: string; readonly until: Date }[],
): Promise<void> {
  for (const { connection, until } of list) {
    await tx
      .update(connections)
      .set({ watchRestsUntil: until })
      .where(eq(connections.id, connection));
  }
}

async function writeConnection(tx: Db, connection: Connection): Promise<void> {
  const row = {
    name: connection.name,
    kind: connection.kind,
    baseUrl: connection.baseUrl,
    privateHostAllowed: connection.privateHostAllowed,
    environment: connection.environment,
    epoch: connection.epoch,
    addressSince: connection.addressSince ?? null,
    capabilities: connection.capabilities,
    missing: [...connection.missing],
    version: connection.version ?? null,
    connectedAt: connection.connectedAt,
    revision: connection.revision + 1,
  };
  if (connection.revision === 0) {
    const { syncedAt, coverage } = connection;
    await tx
      .insert(connections)
      .values({ id: connection.id, ...row, ...present({ syncedAt, coverage }) });
    return;
  }
  const [before] = await tx
    .select({ baseUrl: connections.baseUrl })
    .from(connections)
    .where(and(eq(connections.id, connection.id), eq(connections.revision, connection.revision)))
    .for('update');
  if (before === undefined) throw new StaleError(`The connection ${connection.name}`);
  await tx.update(connections).set(row).where(eq(connections.id, connection.id));
  if (before.baseUrl !== connection.baseUrl) {
    await tx.delete(connectionSecrets).where(eq(connectionSecrets.connection, connection.id));
  }
}

function placeOf(connection: string, instance: string): string {
  return sealedPlace({ table: 'connection_secrets', row: connection, column: 'sealed', instance });
}

function connectionOf(found: {
  readonly row: typeof connections.$inferSelect;
  readonly hasSecret: boolean;
}): Connection {
  const { addressSince, version, syncedAt, watchedAt, watchRestsUntil, coverage, ...row } =
    found.row;
  return {
    ...row,
    ...present({ addressSince, version, syncedAt, watchedAt, watchRestsUntil, coverage }),
    hasSecret: found.hasSecret,
  };
}
