import { loosensConnection } from '../domain/connecting.ts';
import type { Connection } from '../domain/connection.ts';
import { isUnfinished } from '../domain/plan-progress.ts';
import type { ConnectChange } from '../domain/security-request.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/**
 * Refuses to open a connection wider while an open incident uses it. A new key for the same address
 * is not refused: it may be what the incident needs. No incident is named, for it may be private.
 *
 * @throws UserError `conflict`
 */
export async function refuseWhileUsed(
  { store }: Pick<CommandContext, 'store'>,
  { given }: ConnectChange,
  now: Date,
): Promise<void> {
  const known = await store.connections.byName(given.name);
  if (known === undefined || !loosensConnection(known, given)) return;
  if (!(await isUsed(store, known, now))) return;
  throw new UserError(
    'conflict',
    `An open incident uses ${known.name}, so it is neither moved to another address nor let into a private network before that is over.`,
    {
      hint: 'Another key for the same address is taken. Or give the other address another --name.',
    },
  );
}

/** True while something is kept off there, or a plan waits or runs. */
async function isUsed(
  { watch, plans }: CommandContext['store'],
  { id }: Connection,
  now: Date,
): Promise<boolean> {
  const [held, blocked, waiting, running] = await Promise.all([
    watch.held(id),
    watch.blocked(id),
    plans.waitingOn(id),
    plans.running(),
  ]);
  const runs = running.some(({ connections }) => connections.some((one) => one.id === id));
  const waits = waiting.some((plan) => isUnfinished(plan, now));
  return held.length > 0 || blocked.length > 0 || runs || waits;
}
