import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import type { ItemKind } from '../domain/inventory.ts';
import { forEachDatabase } from '../testing/database.ts';
import { anInventory, aWorkflow } from '../testing/inventory.ts';
import { aConnection } from '../testing/nouns.ts';
import { writeConnections } from './connections.ts';
import { inventoryStore, writeInventories } from './inventory.ts';
import type { InventoryStore } from './store.ts';

const prod = randomUUID();
const drill = randomUUID();

const named = (names: Record<string, string>) =>
  Object.entries(names).map(([id, name]) => aWorkflow({ id, name }));

describe('what a person may have meant', () => {
  forEachDatabase((_, open) => {
    let inventory: InventoryStore;
    before(async () => {
      const { db } = await open();
      inventory = inventoryStore(db);
      const inProd = anInventory({
        workflows: named({
          one: 'Charge cards',
          two: 'charge cards',
          three: 'Chargeback_100%',
          four: 'w1',
          five: 'x" OR active:true',
        }),
        credentials: [
          { id: 'cr1', name: 'Stripe live', type: 'stripeApi' },
          { id: 'cr2', name: 'Stripe test', type: 'stripeApi' },
        ],
        users: [{ id: 'u-1', name: 'Ana Alvarez', email: 'ana@acme.test' }],
      });
      const inDrill = anInventory({
        workflows: named({ one: 'Charge cards' }),
        credentials: [{ id: 'cr1', name: 'Drill key', type: 'stripeApi' }],
      });
      await db.transaction(async (tx) => {
        await writeConnections(tx, [
          aConnection({ id: prod, name: 'prod' }),
          aConnection({ id: drill, name: 'drill' }),
        ]);
        await writeInventories(tx, [
          { connection: prod, inventory: inProd },
          { connection: drill, inventory: inDrill },
        ]);
      });
    });
    const refs = async (kind: ItemKind, text: string) =>
      (await inventory.resolve(kind, text)).map(({ ref }) => ref);

    it('takes a reference for the thing itself, whatever else is called like it', async () => {
      assert.deepEqual(await inventory.resolve('workflow', ' W1 '), [
        {
          kind: 'workflow',
          key: { connection: prod, id: 'one' },
          ref: 'w1',
          name: 'Charge cards',
          connectionName: 'prod',
        },
      ]);
      assert.deepEqual(await refs('credential', 'c2'), ['c2']);
      assert.deepEqual(await refs('user', 'u1'), ['u1']);
      assert.deepEqual(await refs('workflow', 'w99'), []);
      assert.deepEqual(await refs('workflow', 'c1'), []);
    });

    it('takes a platform id of any connection', async () => {
      assert.deepEqual(await refs('workflow', 'one'), ['w1', 'w6']);
      assert.deepEqual(await refs('workflow', 'ONE'), []);
      assert.deepEqual(await refs('user', 'u-1'), ['u1']);
    });

    it('gives every workflow of a name, because names are not unique', async () => {
      assert.deepEqual(await refs('workflow', 'CHARGE cards'), ['w1', 'w2', 'w6']);
      assert.deepEqual(await refs('workflow', 'x" OR active:true'), ['w5']);
    });

    it('prefers whole names to beginnings, and beginnings to parts', async () => {
      assert.deepEqual(await refs('workflow', 'chargeb'), ['w3']);
      assert.deepEqual(await refs('workflow', 'charge'), ['w1', 'w2', 'w3', 'w6']);
      assert.deepEqual(await refs('workflow', 'cards'), ['w1', 'w2', 'w6']);
      assert.deepEqual(await refs('credential', 'stripe'), ['c1', 'c2']);
      assert.deepEqual(await refs('credential', 'live'), ['c1']);
      assert.deepEqual(await refs('user', 'alvarez'), ['u1']);
      assert.deepEqual(await refs('user', 'ANA@acme.test'), ['u1']);
    });

    it('takes %, _ and * as they are', async () => {
      assert.deepEqual(await refs('workflow', '_100%'), ['w3']);
      for (const text of ['%', '_', '*', '', '  ', "'", 'w', 'w99999999999']) {
        const found = await refs('workflow', text);
        const expected = { '%': ['w3'], _: ['w3'], w: ['w4'] }[text] ?? [];
        assert.deepEqual(found, expected, text);
      }
    });
  });
});
