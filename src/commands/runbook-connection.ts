import type { Connection, ConnectionId } from '../domain/connection.ts';
import type { Walk } from '../domain/runbook-run.ts';
import type { StepDeed } from '../domain/runbook.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/** Which connection a deed is about, by the id in the run's input. */
export function connectionInput({ run }: Walk, { connection }: StepDeed): ConnectionId | undefined {
  const value = connection === undefined ? undefined : run.inputs[connection];
  return value?.type === 'connection' ? value.id : undefined;
}

/** The connection of a deed. @throws UserError `not_found` once it is gone */
export async function connectionIn(
  { store }: CommandContext,
  walk: Walk,
  deed: StepDeed,
): Promise<Connection> {
  const id = connectionInput(walk, deed);
  const connection = id === undefined ? undefined : await store.connections.byId(id);
  if (connection) return connection;
  throw new UserError('not_found', 'The connection that this step is about is no longer there.', {
    hint: '`runbook skip <why>` goes on without.',
  });
}
