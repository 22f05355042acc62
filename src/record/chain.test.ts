import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';

import { jsonExporter } from '../exports/json.ts';
import { forEachDatabase } from '../testing/database.ts';
import { anEvent, anIncident } from '../testing/nouns.ts';
import { openDatabaseOf, openTestStore } from '../testing/store.ts';
import type { TestStore } from '../testing/store.ts';
import { anExportSource, textOf } from '../testing/timeline.ts';
import type { VerifyReport } from './record.ts';
import { makeRecorder } from './recorder.ts';
import { verifyBundle } from './verify.ts';

const exporter = jsonExporter(makeRecorder());

async function exportOf({ store }: TestStore, chain: string): Promise<string> {
  const { timeline } = store;
  const checkpoints = await timeline.checkpoint(chain);
  const source = anExportSource({
    timeline: {
      genesis: await timeline.genesis(chain),
      keys: await timeline.keys(),
      checkpoints,
      entries: timeline.read(chain),
    },
  });
  return textOf(exporter.write(source));
}

async function verify(text: string, keyPem?: string): Promise<VerifyReport> {
  // Made of a chain as it stands: no entry says that it was exported.
  return verifyBundle(one(text), { endsAnywhere: true, ...(keyPem !== undefined && { keyPem }) });
}

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}

/** A chain of 120 entries with texts as platforms and phones give them. */
async function aChain(opened: TestStore): Promise<string> {
  const { store, clock } = opened;
  const { incidents } = await store.save({
    incidents: [anIncident({ declaredBy: store.instance.operator })],
  });
  const chain = incidents[0]?.id ?? assert.fail();
  const texts = [
    'plain',
    'e\u0301 decomposed',
    'nul\0',
    'half \ud83d',
    '\u2028 "\\ \u007f 😀',
    '<b>',
  ];
  for (let round = 0; round < 12; round += 1) {
    clock.forward(round === 5 ? -60_000 : 1500);
    await store.save({
      events: Array.from({ length: 10 }, (_, index) =>
        anEvent(chain, {
          text: texts[index % texts.length] ?? '',
          occurredAt: new Date(clock.now().getTime() - index * 60_000),
          data: { z: index, a: { '😀': null, '\ufe33': [true, -1] }, ä: 'x' },
        }),
      ),
    });
  }
  return chain;
}

/** What somebody with the database's superuser can do: triggers do not stop them. */
async function tamper(opened: TestStore, statements: readonly SQL[]): Promise<void> {
  const bare = await openDatabaseOf(opened);
  await bare.run(sql`set session_replication_role = replica`);
  for (const statement of statements) await bare.run(statement);
  await bare.close();
  await opened.reopen();
}

forEachDatabase((name) => {
  describe('the record of a real store', async () => {
    const opened = await openTestStore(name);

    it('is good after it was exported, with the key of the file and with the instance’s', async () => {
      const bundle = await exportOf(opened, await aChain(opened));
      const [key] = await opened.store.timeline.keys();
      for (const report of [await verify(bundle), await verify(bundle, key?.publicKeyPem)]) {
        assert.deepEqual(report.problem, undefined);
        assert.equal(report.entries, 120);
        assert.equal(report.checkpoints.good, 3);
        assert.equal(report.tenant, opened.store.instance.id);
      }
    });

    const attacks: readonly {
      readonly name: string;
      readonly statements: (chain: string) => readonly SQL[];
      readonly seq: number;
      readonly reason: RegExp;
    }[] = [
      {
        name: 'a text was changed',
        statements: (chain) => [
          sql`update timeline_values set value = '{"text":"Nothing."}' where incident = ${chain} and seq = 30 and part = 'body'`,
        ],
        seq: 30,
        reason: /not what was recorded/,
      },
      {
        name: 'a time was changed',
        statements: (chain) => [
          sql`update timeline_entries set occurred_at = occurred_at + interval '1 hour' where incident = ${chain} and seq = 31`,
        ],
        seq: 31,
        reason: /do not give its hash/,
      },
      {
        name: 'an entry was deleted',
        statements: (chain) => [
          sql`delete from timeline_entries where incident = ${chain} and seq = 32`,
        ],
        seq: 32,
        reason: /missing: entry 33 stands/,
      },
      {
        name: 'two entries were swapped',
        statements: (chain) => [
          sql`update timeline_entries set seq = 63 - seq + 1000 where incident = ${chain} and seq in (31, 32)`,
          sql`update timeline_entries set seq = seq - 1000 where incident = ${chain} and seq > 1000`,
        ],
        seq: 31,
        reason: /do not give its hash/,
      },
      {
        name: 'the tail was cut, and the head with it',
        statements: (chain) => [
          sql`delete from timeline_entries where incident = ${chain} and seq > 70`,
          sql`update chains set seq = 70, head = (select hash from timeline_entries where incident = ${chain} and seq = 70) where incident = ${chain}`,
        ],
        seq: 71,
        reason: /covers 100 entries, the file has 70/,
      },
    ];
    // One after the other on one store, because opening the database takes most of the time.
    it('is redacted after an erasure, and names the entry after each attack', async (test) => {
      const erased = await aChain(opened);
      const chains = await Promise.all(attacks.map(() => aChain(opened)));
      await tamper(opened, [
        sql`delete from timeline_values where incident = ${erased} and seq = 7`,
        ...attacks.flatMap(({ statements }, index) => statements(chains[index] ?? '')),
      ]);

      const report = await verify(await exportOf(opened, erased));
      assert.equal(report.good, true);
      assert.deepEqual(report.redacted, { count: 1, first: [7] });
      for (const [index, { name: attack, seq, reason }] of attacks.entries()) {
        await test.test(attack, async () => {
          const { problem } = await verify(await exportOf(opened, chains[index] ?? ''));
          assert.equal(problem?.seq, seq);
          assert.match(problem?.reason ?? '', reason);
        });
      }
    });
  });
});
