/**
 * How long it takes to make a plan of many targets, from the line to the stored plan. Budget: below 3 s
 * for 1,000 workflows on the embedded database, also where all were made from one template; on a machine
 * that does nothing else.
 *
 *   node bench/plan.ts [--targets 1000] [--rounds 5] [--only postgres|embedded]
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { Secret } from '../src/domain/secret.ts';
import { guardedFetch } from '../src/platforms/guarded-fetch.ts';
import { N8n } from '../src/platforms/n8n/n8n.ts';
import type { Store } from '../src/store/store.ts';
import { aConnection } from '../src/testing/nouns.ts';
import { speaker } from './contain-firebreak.ts';
import { onEachDatabase, withStore } from './databases.ts';
import { median, ms, print, timed } from './measure.ts';
import { startSyncServer } from './sync-server.ts';

const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'embedded' },
  },
});
const targets = Number(values.targets);
/** Two of three are active there. */
const workflows = Math.ceil((targets * 3) / 2);
const budgetMs = 3_000;
const now = () => new Date();
const server = await startSyncServer({ workflows, msPerItem: 0 });

try {
  await onEachDatabase(
    (database) => withStore(database, now, (store) => measure(database.label, store)),
    values.only,
  );
} finally {
  await server.stop();
}

async function measure(label: string, store: Store): Promise<void> {
  const connection = randomUUID();
  await store.save({
    connections: [aConnection({ id: connection, name: 'bench', hasSecret: true })],
    connectionSecrets: [{ connection, secret: new Secret('bench') }],
  });
  const platform = new N8n({
    baseUrl: server.baseUrl,
    token: new Secret('bench'),
    fetch: guardedFetch({ platform: 'n8n', origin: server.baseUrl, isPrivate: true }),
    now,
    wait: (forMs, signal) => delay(forMs, undefined, { signal }),
    fingerprint: store.fingerprint,
  });
  const inventory = await platform.takeInventory(new AbortController().signal);
  await store.save({ inventories: [{ connection, inventory }] });
  const say = await speaker(store);
  await say('declare Measured severity:sev2');
  await measureRounds(say, `${label}: a plan of ${targets} workflows`);
  const [{ structures } = {}] = inventory.workflows;
  const alike = inventory.workflows.map((one) => ({ ...one, ...(structures && { structures }) }));
  await store.save({
    inventories: [{ connection, inventory: { ...inventory, workflows: alike } }],
  });
  await measureRounds(say, `${label}: a plan of ${targets} that are all alike`);
}

async function measureRounds(say: (line: string) => Promise<unknown>, what: string): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    took.push(await timed(() => say('contain plan active:true')));
  }
  const [first = Number.NaN] = took;
  const kept = Math.max(...took) < budgetMs ? 'kept' : 'MISSED';
  print(`\n${what}, ${values.rounds} rounds`);
  print(`first ${ms(first)}, median ${ms(median(took))}, longest ${ms(Math.max(...took))}`);
  print(`longest below ${ms(budgetMs)}: ${kept}`);
}
