import { randomUUID } from 'node:crypto';

import type { Connection, Environment } from '../domain/connection.ts';
import { Secret } from '../domain/secret.ts';
import { contain } from '../jobs/contain.ts';
import { snapshot } from '../jobs/snapshot.ts';
import { sync } from '../jobs/sync.ts';
import type { JobData } from '../store/store.ts';
import type { Bot } from './bot.ts';
import { bot } from './bot.ts';
import { aConnection, aFact } from './containment.ts';
import { ToyPlatform, toyJobs } from './toy-platform.ts';

/** A bot with one connection, `prod`, to a toy platform, and hands to do its jobs. */
export type EstateBot = Bot & {
  readonly toy: ToyPlatform;
  readonly connection: Connection;
  /** Does the sync job, as a worker would. */
  readonly look: () => Promise<void>;
  /** Does the job of a plan that `ana` can see, once, as a worker would; waits move the clock. */
  readonly work: (plan: string) => Promise<void>;
  readonly seal: (data: JobData<'snapshot'>) => Promise<void>;
  /** References by the platform's ids. */
  readonly ref: (id: string) => Promise<string>;
};

/** The workflows of the toy unless a test brings its own: w1 is `charge`, in the order of adding. */
export function paymentsEstate(toy: ToyPlatform): void {
  toy.add('charge', {
    name: 'Charge cards',
    running: 1,
    facts: [
      aFact('webhook', 'charge', { method: 'POST', auth: 'none' }),
      aFact('credential', 'stripe', { label: 'Stripe live' }),
      aFact('host', 'api.stripe.com'),
      aFact('error_workflow', 'alarm'),
    ],
  });
  toy.add('refund', {
    name: 'Refund',
    facts: [
      aFact('credential', 'stripe', { label: 'Stripe live' }),
      aFact('schedule', 'every day at 06:00'),
      aFact('calls', 'tax'),
    ],
  });
  toy.add('tax', { name: 'Tax', facts: [aFact('host', 'tax.example')] });
  toy.add('alarm', { name: 'Alarm', facts: [aFact('host', 'chat.example')] });
  toy.add('legacy', {
    name: 'Legacy charge',
    active: false,
    facts: [aFact('credential', 'stripe', { label: 'Stripe live' })],
  });
}

/** Starts a bot whose platform was looked at once. */
export async function estateBot(
  fill: (toy: ToyPlatform) => void = paymentsEstate,
  given: Parameters<typeof bot>[0] & { readonly environment?: Environment } = {},
): Promise<EstateBot> {
  const night = await bot(given);
  const { store, clock } = night;
  const toy = new ToyPlatform(clock.now);
  fill(toy);
  const { syncedAt: _syncedAt, ...connection } = aConnection({
    id: randomUUID(),
    environment: given.environment ?? 'production',
    revision: 0,
  });
  await store.save({
    connections: [connection],
    connectionSecrets: [{ connection: connection.id, secret: new Secret('toy-key') }],
  });
  const context = toyJobs(store, clock, toy, given.revokers);
  const never = new AbortController().signal;
  const look = () => sync(context, { connection: connection.id }, never);
  await look();
  return {
    ...night,
    toy,
    connection,
    look,
    work: async (name) => {
      const plan = await store.plans.byName(name, (await night.person('ana')).id);
      if (!plan) throw new Error(`There is no plan ${name}.`);
      await contain(context, { plan: plan.id }, never);
    },
    seal: (data) => snapshot(context, data, never),
    ref: async (id) => {
      const [found] = await store.inventory.resolve('workflow', id);
      if (!found) throw new Error(`There is no workflow ${id}.`);
      return found.ref;
    },
  };
}
