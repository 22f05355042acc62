import type { Connection } from '../domain/connection.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/** The connection of a name. @throws UserError `not_found` with those that there are */
export async function connectionOf({ store }: CommandContext, name: string): Promise<Connection> {
  const connection = await store.connections.byName(name);
  if (connection) return connection;
  const all = await store.connections.list();
  throw new UserError('not_found', `There is no connection called ${name}.`, {
    candidates: all.map((one) => one.name),
  });
}
