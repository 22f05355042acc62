/**
 * How long a search takes, warm, over a large estate: the budget is a p99 below 50 ms over 10,000
 * workflows and 5,000 credentials, flat up to 100,000.
 *
 *   node bench/find.ts [--workflows 10000] [--rounds 40] [--limit 50] [--only postgres|embedded]
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';

import { parseQuery } from '../src/query/parse.ts';
import type { Store } from '../src/store/store.ts';
import { makeEstate } from '../src/testing/estate.ts';
import { aConnection } from '../src/testing/nouns.ts';
import { onEachDatabase, withStore } from './databases.ts';
import { ms, print, quantile, timed } from './measure.ts';

const { values } = parseArgs({
  options: {
    workflows: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '40' },
    limit: { type: 'string', default: '50' },
    only: { type: 'string' },
  },
});
const workflows = Number(values.workflows);
const rounds = Number(values.rounds);
const limit = Number(values.limit);
const now = new Date('2026-11-22T09:00:00Z');

const queries = [
  'credential:"Stripe live 0"',
  'credential:stripe*',
  'c7',
  'host:api7.vendor7.example',
  'host:*.vendor3.example',
  'host:*.vendor3.example OR credential:"Stripe live 0"',
  'webhook:unauthenticated active:true',
  'code:yes active:true',
  'node:slack',
  'package:n8n-nodes-*',
  'secret:3b',
  'tag:billing',
  'owner:user7@acme.test',
  'project:"billing project"',
  'changed:<2d',
  'ran:<1h',
  'active:true',
  'name:*export*',
  'stripe',
  'invoice',
  'w500',
  'id:wf77',
  'calls:w5',
  '(host:*.vendor3.example OR tag:billing) active:true NOT code:yes',
  'NOT host:*',
  '*',
];

await onEachDatabase(
  (database) =>
    withStore(
      database,
      () => now,
      async (store) => {
        await fill(store, database.label);
        await search(store);
      },
    ),
  values.only,
);

async function fill(store: Store, label: string): Promise<void> {
  const inventory = makeEstate({ seed: 1, workflows, credentials: workflows / 2, takenAt: now });
  const facts = inventory.workflows.reduce((sum, workflow) => sum + workflow.facts.length, 0);
  const connection = randomUUID();
  await store.save({ connections: [aConnection({ id: connection, name: connection })] });
  const first = await timed(() => store.save({ inventories: [{ connection, inventory }] }));
  const again = { ...inventory, takenAt: new Date(now.getTime() + 1) };
  const second = await timed(() => store.save({ inventories: [{ connection, inventory: again }] }));
  print(`\n${label}: ${workflows} workflows, ${workflows / 2} credentials, ${facts} facts`);
  print(`first sync stored in ${ms(first)}, an unchanged one in ${ms(second)}\n`);
  await store.maintain();
}

async function search(store: Store): Promise<void> {
  print(row('query', 'hits', 'p50', 'p99', 'max'));
  const all: number[] = [];
  for (const text of queries) {
    const query = parseQuery(text, { now, timeZone: 'UTC' });
    const { total } = await store.inventory.find(query, { limit });
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      times.push(await timed(() => store.inventory.find(query, { limit })));
    }
    all.push(...times);
    print(row(text, total, ...figures(times)));
  }
  print(row('all of them', '', ...figures(all)));
  const p99 = quantile(all, 0.99);
  print(`p99 ${ms(p99)} (budget < 50 ms: ${p99 < 50 ? 'kept' : 'MISSED'})`);
}

function figures(times: readonly number[]): string[] {
  return [ms(quantile(times, 0.5)), ms(quantile(times, 0.99)), ms(quantile(times, 1))];
}

function row(first: string, ...rest: readonly (string | number)[]): string {
  return `${first.padEnd(66)}${rest.map((cell) => String(cell).padStart(11)).join('')}`;
}
