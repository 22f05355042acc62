import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { PGlite } from '@electric-sql/pglite';
import { eq, sql } from 'drizzle-orm';

import { openMigratedPglite } from '../testing/database.ts';
import type { GuardedPglite } from './guard.ts';
import { guardPglite } from './guard.ts';
import { counters } from './tables/incidents.ts';

describe('the guarded embedded database', () => {
  let pglite: PGlite;
  let guarded: GuardedPglite;
  before(async () => {
    pglite = await openMigratedPglite();
    guarded = guardPglite(pglite);
  });
  after(() => pglite.close());

  it('refuses what would wait for ever: the database inside its own transaction', async () => {
    const { db } = guarded;
    for (const inside of [
      () => db.select().from(counters),
      () => guarded.query('select 1'),
      () => guarded.exec('select 1'),
      () => db.transaction(async () => {}),
    ]) {
      await assert.rejects(
        db.transaction(async (tx) => {
          await tx.insert(counters).values({ name: 'lost', value: 1 });
          await inside();
        }),
        (error: unknown) => {
          const told = error instanceof Error ? `${error.message} ${String(error.cause)}` : '';
          assert.match(told, /inside a transaction/);
          return true;
        },
      );
    }
    assert.deepEqual(await db.select().from(counters).where(eq(counters.name, 'lost')), []);
  });

  it('lets work that a transaction has started use the database once that has ended', async () => {
    const { db } = guarded;
    const ended = Promise.withResolvers<undefined>();
    const later = await db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      return { rows: ended.promise.then(() => db.select().from(counters)) };
    });
    ended.resolve(undefined);
    assert.deepEqual(await later.rows, []);
  });

  it('lets transactions nest as savepoints', async () => {
    const { db } = guarded;
    await db.transaction(async (tx) => {
      await tx.insert(counters).values({ name: 'outer', value: 1 });
      const inner = tx.transaction(async (nested) => {
        await nested.insert(counters).values({ name: 'inner', value: 1 });
        throw new Error('only the inner one');
      });
      await assert.rejects(inner, /only the inner one/);
    });
    const names = (await db.select().from(counters)).map((row) => row.name);
    assert.deepEqual(names, ['outer']);
  });

  it('gives timers their turn however many queries are awaited', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    for (let query = 0; query < 200; query += 1) await guarded.query('select 1');
    clearInterval(timer);
    assert.ok(ticks > 10, `${ticks} ticks`);
  });
});
