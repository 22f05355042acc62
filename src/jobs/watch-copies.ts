import type { ConnectionId } from '../domain/connection.ts';
import { copiesOf } from '../domain/copies.ts';
import { keyText } from '../domain/inventory.ts';
import type { Held, Return } from '../domain/watch.ts';
import { byTarget } from '../domain/watch.ts';
import { StaleError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { JobContext } from './job.ts';
import { saveOvertaken } from './watch-overtaken.ts';

/** How often it is read anew when somebody else changes an action meanwhile. */
const triesAtMost = 3;

/**
 * Tells incidents what the last look at a connection found anew that does again what they contained,
 * there or elsewhere. It reads what is stored, so that one that broke off is made up for by the next.
 */
export async function tellCopies(
  { store, now }: Pick<JobContext, 'store' | 'now'>,
  connection: ConnectionId,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const told = await copiesOn(store, connection, now());
      if (told.events.length > 0) await saveOvertaken(store, told, now());
      return;
    } catch (error) {
      if (!(error instanceof StaleError) || tries >= triesAtMost) throw error;
    }
  }
}

async function copiesOn(store: Store, connection: ConnectionId, now: Date): Promise<Return> {
  const held = await store.watch.held();
  const since = held.flatMap(({ action }) => action.acceptedAt ?? []);
  if (since.length === 0) return { actions: [], events: [] };
  const earliest = new Date(Math.min(...since.map((at) => at.getTime())));
  const newcomers = await store.watch.newcomers(connection, earliest);
  if (newcomers.length === 0) return { actions: [], events: [] };
  const facts = await store.inventory.factsOf(held.map(keyOf));
  const entrancesOf = (one: Held) => {
    const own = facts.get(keyText(keyOf(one))) ?? [];
    return own.filter(({ kind }) => kind === 'webhook');
  };
  const ofIncident = Map.groupBy(held, ({ plan }) => plan.incident);
  const found = [...ofIncident.values()].flatMap((own) => {
    const kept = new Set(own.map((one) => keyText(keyOf(one))));
    return copiesOf(byTarget(own), newcomers, { entrancesOf, kept, now }) ?? [];
  });
  return {
    actions: found.flatMap(({ actions }) => actions),
    events: found.flatMap(({ events }) => events),
  };
}

function keyOf({ action }: Held): { readonly connection: ConnectionId; readonly id: string } {
  return { connection: action.connection, id: action.workflow };
}
