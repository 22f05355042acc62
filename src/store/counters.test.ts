import assert from 'node:assert/strict';
import { before, it } from 'node:test';

import { forEachDatabase } from '../testing/database.ts';
import { nextNumber } from './counters.ts';
import type { Db } from './database.ts';

forEachDatabase((_name, open) => {
  let db: Db;
  before(async () => {
    ({ db } = await open());
  });

  it('counts from one, each name by itself', async () => {
    assert.equal(await nextNumber(db, 'plan'), 1);
    assert.equal(await nextNumber(db, 'plan'), 2);
    assert.equal(await nextNumber(db, 'incident'), 1);
  });

  it('hands out a block of numbers at once', async () => {
    assert.equal(await nextNumber(db, 'workflow', 50), 1);
    assert.equal(await nextNumber(db, 'workflow'), 51);
  });

  it('gives the numbers of a rolled back transaction again', async () => {
    await assert.rejects(
      db.transaction(async (tx) => {
        await nextNumber(tx, 'evidence');
        throw new Error('changed my mind');
      }),
      /changed my mind/,
    );
    assert.equal(await nextNumber(db, 'evidence'), 1);
  });

  it('gives each of many callers another number', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 20 }, () => db.transaction((tx) => nextNumber(tx, 'busy'))),
    );
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });
});
