import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import type { SQL } from 'drizzle-orm';

import { forEachDatabase } from '../testing/database.ts';
import { anInventory, aWorkflow } from '../testing/inventory.ts';
import { aConnection } from '../testing/nouns.ts';
import { writeConnections } from './connections.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import { writeInventories } from './inventory.ts';
import { twinsFinder } from './twins.ts';

describe('twins of many that were made from one template', () => {
  forEachDatabase((_, open) => {
    it('reads a row for each that was not asked for, not for each pair', async () => {
      const { db } = await open();
      const connection = randomUUID();
      await writeConnections(db, [aConnection({ id: connection, name: 'prod' })]);
      const asked = numbered('asked', 300);
      const left = numbered('left', 20);
      const workflows = [...asked, ...left].map((id) =>
        aWorkflow({ id, active: true, structures: [['k1', 'k2', 'p1']] }),
      );
      const inventory = anInventory({ workflows });
      await db.transaction((tx) => writeInventories(tx, [{ connection, inventory }]));
      const { counting, rowCount } = countingRows(db);
      const twinsOf = twinsFinder(counting);

      const found = await twinsOf(asked.map((id) => ({ connection, id })));

      assert.deepEqual(found.map(({ workflow }) => workflow.id).toSorted(), left.toSorted());
      assert.equal(rowCount(), left.length);
    });
  });
});

function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }).map((_one, number) => `${name}-${number}`);
}

/** The same database, with a count of the rows that its raw statements answered. */
function countingRows(db: Db) {
  let count = 0;
  const execute = async (query: SQL) => {
    const rows = await rowsOf(db, query);
    count += rows.length;
    return { rows };
  };
  const counting: Db = Object.create(db, { execute: { value: execute } });
  return { counting, rowCount: () => count };
}
