/**
 * How long a sync of n8n takes, from the first page to the stored inventory, as a share of reading
 * the same pages one after the other and parsing them. Budget: ≤ 1.3 for 1,000 workflows.
 *
 *   node bench/sync.ts [--workflows 1000] [--rounds 5] [--ms-per-item 0.4] [--only postgres|embedded]
 *
 * The first sync writes everything and is printed apart; the budget is for all later ones.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { Secret } from '../src/domain/secret.ts';
import { guardedFetch } from '../src/platforms/guarded-fetch.ts';
import { N8n } from '../src/platforms/n8n/n8n.ts';
import type { Store } from '../src/store/store.ts';
import { aConnection } from '../src/testing/nouns.ts';
import { onEachDatabase, withStore } from './databases.ts';
import { median, ms, print, timed, verdict } from './measure.ts';
import { startSyncServer } from './sync-server.ts';

const { values } = parseArgs({
  options: {
    workflows: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    'ms-per-item': { type: 'string', default: '0.4' },
    only: { type: 'string' },
  },
});
const workflows = Number(values.workflows);
const rounds = Number(values.rounds);
const server = await startSyncServer({ workflows, msPerItem: Number(values['ms-per-item']) });
const listing = z.object({ data: z.array(z.unknown()), nextCursor: z.string().nullable() });
const never = new AbortController().signal;

try {
  await onEachDatabase(
    (database) =>
      withStore(
        database,
        () => new Date(),
        (store) => measure(database.label, store),
      ),
    values.only,
  );
} finally {
  await server.stop();
}

/** What any script would do: one page after the other. */
async function rawListing(): Promise<void> {
  let cursor: string | null = '';
  let seen = 0;
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await fetch(`${server.baseUrl}/api/v1/workflows?limit=250${query}`);
    const { data, nextCursor } = listing.parse(await answer.json());
    seen += data.length;
    cursor = nextCursor;
  }
  if (seen !== workflows) throw new Error(`The listing had ${seen} workflows.`);
}

async function measure(label: string, store: Store): Promise<void> {
  const platform = new N8n({
    baseUrl: server.baseUrl,
    token: new Secret('bench'),
    fetch: guardedFetch({ platform: 'n8n', origin: server.baseUrl, isPrivate: true }),
    now: () => new Date(),
    wait: (forMs, signal) => delay(forMs, undefined, { signal }),
    fingerprint: store.fingerprint,
  });
  const connection = randomUUID();
  await store.save({ connections: [aConnection({ id: connection, name: 'bench' })] });
  const take: number[] = [];
  const sync = async () => {
    const from = performance.now();
    const inventory = await platform.takeInventory(never);
    take.push(performance.now() - from);
    await store.save({ inventories: [{ connection, inventory }] });
  };
  await rawListing();
  const first = await timed(sync);
  take.length = 0;
  const pairs: { raw: number; ours: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const raw = await timed(rawListing);
    pairs.push({ raw, ours: await timed(sync) });
  }
  const ratio = median(pairs.map((pair) => pair.ours / pair.raw));
  print(`\n${label}: ${workflows} workflows, median of ${rounds} pairs in turns`);
  print(`raw paged listing            ${ms(median(pairs.map((pair) => pair.raw)))}`);
  print(`first sync, all written      ${ms(first)}`);
  print(`  looked at and analysed     ${ms(median(take))}`);
  print(`sync, nothing changed        ${ms(median(pairs.map((pair) => pair.ours)))}`);
  print(`sync / listing               ${verdict(ratio, { atMost: 1.3 })}`);
}
