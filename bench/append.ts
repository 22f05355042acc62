/**
 * How many events a second the timeline takes, as a share of raw single-row inserts that commit by
 * themselves, measured in turns in one run. Budget on PostgreSQL, for pure appends: ≥ 0.5 with one
 * writer, ≥ 0.3 with 32 writers over 32 incidents, ≥ 0.5 with 32 writers on one.
 *
 *   node bench/append.ts [--rounds 5] [--ms 800] [--only postgres|embedded]
 *
 * Every chain is checked entry by entry afterwards.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import pg from 'pg';

import type { Incident } from '../src/domain/incident.ts';
import { openEmbedded } from '../src/store/embedded.ts';
import type { Store } from '../src/store/store.ts';
import { assertChainHolds } from '../src/testing/chain.ts';
import { anEvent, anIncident } from '../src/testing/nouns.ts';
import { onEachDatabase, withStore } from './databases.ts';
import type { BenchDatabase } from './databases.ts';
import { median, print, rate, verdict } from './measure.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '800' },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const forMs = Number(values.ms);
/** As many connections as the store has, so that neither side queues more than the other. */
const connections = 10;

const cases = [
  { name: '1 writer', writers: 1, chains: 1, atLeast: 0.5 },
  { name: '32 writers over 32 incidents', writers: 32, chains: 32, atLeast: 0.3 },
  { name: '32 writers on one incident', writers: 32, chains: 1, atLeast: 0.5 },
] as const;

/** A raw insert of one row with about as many bytes as an event. */
type Raw = { readonly insert: () => Promise<unknown>; readonly close: () => Promise<unknown> };

const rawTable = `create table raw_events (id uuid primary key, incident uuid not null,
  kind text not null, occurred_at timestamptz not null, actor jsonb not null, text text not null)`;
const rawInsert = 'insert into raw_events values ($1, $2, $3, $4, $5, $6)';
const rawRow = () => [
  randomUUID(),
  '00000000-0000-4000-8000-000000000001',
  'note_added',
  new Date().toISOString(),
  JSON.stringify({ kind: 'person', id: '00000000-0000-4000-8000-000000000002', name: 'Ana' }),
  'Stripe says the key was used from 203.0.113.9 at 09:14',
];

await onEachDatabase(async (database) => {
  const raw = await (database.databaseUrl === undefined
    ? rawOnEmbedded()
    : rawOnPostgres(database.databaseUrl));
  try {
    await withStore(
      database,
      () => new Date(),
      (store) => measure(database.label, store, raw),
    );
  } finally {
    await raw.close();
  }
}, values.only);

async function rawOnPostgres(url: string): Promise<Raw> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  await pool.query('create schema if not exists bench');
  await pool.query(rawTable.replace('raw_events', 'bench.raw_events'));
  const text = rawInsert.replace('raw_events', 'bench.raw_events');
  return {
    insert: () => pool.query({ name: 'raw', text, values: rawRow() }),
    close: () => pool.end(),
  };
}

async function rawOnEmbedded(): Promise<Raw> {
  const dir = await mkdtemp(join(tmpdir(), 'fb-bench-raw-'));
  const { guarded, close } = await openEmbedded(
    dir,
    async () => {},
    () => {},
  );
  await guarded.exec(rawTable);
  return {
    insert: () => guarded.query(rawInsert, rawRow()),
    close: async () => {
      await close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function measure(label: BenchDatabase['label'], store: Store, raw: Raw): Promise<void> {
  print(`\n${label}, median of ${rounds} × ${forMs} ms, raw and timeline in turns`);
  const incidents = await declared(store, 32);
  for (const one of cases) {
    const budget = label === 'PostgreSQL' ? { atLeast: one.atLeast } : undefined;
    const chains = incidents.slice(0, one.chains).map(({ id }) => id);
    const append = (writer: number) =>
      store.save({ events: [anEvent(chains[writer % chains.length] ?? '')] });
    await compare(one.name, one.writers, raw, append, budget);
  }
  await withState(store, incidents, raw);
  let entries = 0;
  for (const { id } of incidents) entries += (await assertChainHolds(store, id)).length;
  print(`${incidents.length} chains, ${entries} entries: every hash and link holds`);
}

async function declared(store: Store, amount: number): Promise<readonly Incident[]> {
  const declaredBy = store.instance.operator;
  const { incidents } = await store.save({
    incidents: Array.from({ length: amount }, () => anIncident({ declaredBy })),
  });
  return incidents;
}

/** An event with the change it tells of, which is what most commands store. */
async function withState(store: Store, incidents: readonly Incident[], raw: Raw): Promise<void> {
  const now = [...incidents];
  await compare('with a change of its incident, 32 over 32', 32, raw, async (writer) => {
    const incident = now[writer];
    if (incident === undefined) throw new RangeError('There are 32 incidents.');
    const saved = await store.save({ incidents: [incident], events: [anEvent(incident.id)] });
    now[writer] = saved.incidents[0] ?? incident;
  });
}

async function compare(
  name: string,
  writers: number,
  raw: Raw,
  append: (writer: number) => Promise<unknown>,
  budget?: { readonly atLeast: number },
): Promise<void> {
  await rate(writers, forMs / 4, raw.insert);
  await rate(writers, forMs / 4, append);
  const pairs: { raw: number; ours: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = await rate(writers, forMs, raw.insert);
    pairs.push({ raw: before, ours: await rate(writers, forMs, append) });
  }
  const ratio = median(pairs.map((pair) => pair.ours / pair.raw));
  const [rawRate, ourRate] = [pairs.map((pair) => pair.raw), pairs.map((pair) => pair.ours)];
  const said = budget === undefined ? `${ratio.toFixed(2)} ×` : verdict(ratio, budget);
  print(`${name.padEnd(44)}${perSecond(rawRate)} raw${perSecond(ourRate)} timeline   ${said}`);
}

function perSecond(rates: readonly number[]): string {
  return `${Math.round(median(rates)).toLocaleString('en')}/s`.padStart(11);
}
