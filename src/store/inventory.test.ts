import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';

import { eq } from 'drizzle-orm';

import type { Inventory, ItemKey } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import { forEachDatabase } from '../testing/database.ts';
import { makeEstate } from '../testing/estate.ts';
import { aFact, anInventory, aWorkflow } from '../testing/inventory.ts';
import { aConnection } from '../testing/nouns.ts';
import { writeConnections } from './connections.ts';
import type { Db } from './database.ts';
import { inventoryStore, writeInventories } from './inventory.ts';
import type { InventoryStore } from './store.ts';
import { connections } from './tables/connections.ts';

const nine = new Date('2026-11-22T09:00:00Z');
const ten = new Date('2026-11-22T10:00:00Z');
const eleven = new Date('2026-11-22T11:00:00Z');

const made = (id: string, structures: string[][], active = true) =>
  aWorkflow({ id, structures, active });
const host = (name: string) => [aFact('host', name)];
const using = (id: string, credential: string, label: string) =>
  aWorkflow({
    id,
    facts: ['draft', 'live'].map((version) =>
      aFact('credential', credential, { label, in: version === 'draft' ? 'draft' : 'live' }),
    ),
  });

describe('the inventory of a connection', () => {
  forEachDatabase((_, open) => {
    let db: Db;
    let inventory: InventoryStore;
    let prod: string;
    beforeEach(async () => {
      // One database for all, a connection of its own for each: their keys never meet.
      db ??= (await open()).db;
      inventory = inventoryStore(db);
      prod = await connect();
    });
    const connect = async () => {
      const id = randomUUID();
      await writeConnections(db, [aConnection({ id, name: id })]);
      return id;
    };
    const sync = (look: Inventory, connection = prod) =>
      db.transaction((tx) => writeInventories(tx, [{ connection, inventory: look }]));
    const key = (id: string): ItemKey => ({ connection: prod, id });
    const workflow = async (id: string) =>
      (await inventory.workflow(key(id))) ?? assert.fail(`${id} is not known`);
    const own = async <Item extends ItemKey>(items: Promise<readonly Item[]>) =>
      (await items).filter((item) => item.connection === prod);

    it('gives a workflow and its facts back as they were seen', async () => {
      const record = aWorkflow({
        id: 'full',
        name: 'Täglich 🔥 “x”',
        active: false,
        archived: true,
        owner: 'Ana A <ana@acme.test>',
        project: 'Billing',
        tags: ['A b', 'ä,"{}'],
        changedAt: new Date('2026-11-20T09:00:00.123Z'),
        changedBy: 'Ana',
        hash: 'h1',
        contentHash: 'd1',
        liveHash: 'l1',
        draftDiffers: true,
        savesExecutions: false,
        lastRanAt: new Date('2026-11-21T09:00:00.456Z'),
        facts: [
          aFact('webhook', 'Pay', { node: 'H', auth: 'none', method: 'POST', in: 'live' }),
          aFact('credential', 'Cr1', { node: 'N', label: 'Stripe', disabled: true }),
          aFact('host', 'a.example', { in: 'draft' }),
        ],
      });
      await sync(anInventory({ takenAt: nine, workflows: [record] }));
      const { facts, ...rest } = record;
      const stored = await workflow('full');
      assert.match(stored.ref, /^w\d+$/);
      assert.deepEqual(stored, {
        ...rest,
        ...key('full'),
        ref: stored.ref,
        connectionName: prod,
        seenAt: nine,
        sameSince: nine,
      });
      assert.deepEqual(
        await inventory.factsOf([key('full'), key('none'), { connection: '', id: 'x' }]),
        new Map([
          [keyText(key('full')), facts],
          [keyText(key('none')), []],
          ['/x', []],
        ]),
      );
      assert.equal(await inventory.workflow({ connection: '', id: 'full' }), undefined);
      assert.equal(await inventory.workflow(key('FULL')), undefined);
    });

    it('finds what is on and made of the very same, but not what nearly is', async () => {
      const other = await connect();
      await sync(
        anInventory({
          workflows: [
            made('target', [
              ['k1', 'p1'],
              ['k1', 'p2'],
            ]),
            made('bare', [['k1', 'k2']]),
            made('same', [
              ['k9', 'p9'],
              ['k1', 'p2'],
            ]),
            made('off', [['k1', 'p1']], false),
            made('near', [['k1', 'p1', 'p3']]),
            made('bare too', [['k1', 'k2']]),
          ],
        }),
      );
      await sync(anInventory({ workflows: [made('elsewhere', [['k1', 'p1']])] }), other);

      const found = await inventory.twinsOf([key('target'), key('bare')]);

      assert.deepEqual(
        found
          .map(({ of, workflow: { id, connection } }) => `${of.id} ${id} ${connection}`)
          .toSorted(),
        [`target elsewhere ${other}`, `target same ${prod}`],
      );
      assert.deepEqual(await inventory.twinsOf([key('bare'), key('none')]), []);
    });

    it('names each that is made from the template of many once, and none of the many', async () => {
      const many = Array.from({ length: 60 }).map((_one, number) => `of-${number}`);
      const all = [...many, 'left-a', 'left-b'].map((id) => made(id, [['t1', 't2', 'p1']]));
      await sync(anInventory({ workflows: all }));

      const found = await inventory.twinsOf(many.map((id) => key(id)));

      assert.deepEqual(
        found.map((one) => one.workflow.id),
        ['left-a', 'left-b'],
      );
      assert.ok(found.every(({ of }) => many.includes(of.id)));
    });

    it('keeps references over syncs, and never gives one twice', async () => {
      const first = ['a', 'b', 'c'].map((id) => aWorkflow({ id }));
      await sync(anInventory({ takenAt: nine, workflows: first }));
      const refs = [await workflow('a'), await workflow('b'), await workflow('c')].map(
        (w) => w.ref,
      );
      const numbers = refs.map((ref) => Number(ref.slice(1)));
      assert.deepEqual(
        numbers,
        [0, 1, 2].map((step) => (numbers[0] ?? 0) + step),
      );

      const second = ['d', 'c', 'a'].map((id) => aWorkflow({ id, name: `new ${id}` }));
      await sync(anInventory({ takenAt: ten, workflows: second }));
      assert.equal((await workflow('a')).ref, refs[0]);
      assert.equal((await workflow('a')).name, 'new a');
      assert.equal((await workflow('c')).ref, refs[2]);
      assert.equal(Number((await workflow('d')).ref.slice(1)), (numbers[2] ?? 0) + 1);
    });

    it('says since when something is gone, does not find it, and takes it back', async () => {
      const both = [aWorkflow({ id: 'stays' }), aWorkflow({ id: 'goes', name: 'Goes away' })];
      await sync(anInventory({ takenAt: nine, workflows: both }));
      const { ref } = await workflow('goes');
      await sync(anInventory({ takenAt: ten, workflows: both.slice(0, 1) }));
      await sync(anInventory({ takenAt: eleven, workflows: both.slice(0, 1) }));

      const gone = await workflow('goes');
      assert.deepEqual(gone.goneAt, ten);
      assert.deepEqual(gone.seenAt, nine);
      assert.deepEqual((await workflow('stays')).seenAt, eleven);
      const items = both.map(({ id }) => key(id));
      const { hits, total } = await inventory.find({ kind: 'items', items }, { limit: 9 });
      assert.deepEqual([hits[0]?.workflow.id, total], ['stays', 1]);
      assert.deepEqual(await inventory.resolve('workflow', 'Goes away'), []);
      assert.equal((await inventory.resolve('workflow', ref))[0]?.key.id, 'goes');

      await sync(anInventory({ takenAt: new Date(eleven.getTime() + 1), workflows: both }));
      const back = await workflow('goes');
      assert.equal(back.ref, ref);
      assert.equal(back.goneAt, undefined);
    });

    it('lets the later look win, whichever is written last', async () => {
      await sync(anInventory({ takenAt: ten, workflows: [aWorkflow({ id: 'a', name: 'new' })] }));
      await sync(anInventory({ takenAt: nine, workflows: [aWorkflow({ id: 'a', name: 'old' })] }));
      assert.equal((await workflow('a')).name, 'new');
      assert.deepEqual((await workflow('a')).seenAt, ten);
    });

    it('writes facts again when only they changed, and only theirs', async () => {
      const a = aWorkflow({ id: 'a', hash: 'same', facts: host('one.example') });
      const b = aWorkflow({ id: 'b', facts: host('b.example') });
      await sync(anInventory({ takenAt: nine, workflows: [a, b] }));
      const changed = { ...a, facts: host('two.example') };
      await sync(anInventory({ takenAt: ten, workflows: [changed, b] }));
      const facts = await inventory.factsOf([key('a'), key('b')]);
      assert.deepEqual(facts.get(keyText(key('a'))), host('two.example'));
      assert.deepEqual(facts.get(keyText(key('b'))), host('b.example'));
    });

    it('records when it was seen and how much, and leaves the connection alone', async () => {
      const look = anInventory({ takenAt: nine, workflows: [aWorkflow({ id: 'a' })] });
      await sync(look);
      const [row] = await db.select().from(connections).where(eq(connections.id, prod));
      assert.deepEqual(row?.syncedAt, nine);
      assert.deepEqual(row.coverage, look.coverage);
      assert.equal(row.revision, 1);
      await assert.rejects(sync(look, randomUUID()), /stored connection/);
    });

    it('keeps credentials that only workflows name, and counts who uses each', async () => {
      const workflows = [
        using('a', 'listed', 'Listed'),
        using('b', 'listed', 'Listed'),
        using('c', 'hidden', 'Hidden one'),
        using('d', '', 'By name only'),
      ];
      const listed = {
        id: 'listed',
        name: 'Listed',
        type: 'stripeApi',
        owner: 'Ana',
        changedAt: nine,
      };
      await sync(anInventory({ takenAt: nine, workflows, credentials: [listed] }));
      const all = await own(inventory.credentials());
      assert.deepEqual(
        all.map(({ ref: _ref, ...credential }) => credential),
        [
          {
            ...key('hidden'),
            connectionName: prod,
            name: 'Hidden one',
            type: 'unknown',
            usedBy: 1,
            onlyReferenced: true,
          },
          { ...listed, ...key('listed'), connectionName: prod, usedBy: 2, onlyReferenced: false },
        ],
      );

      const shown = { id: 'hidden', name: 'Now shown', type: 'slackApi' };
      await sync(anInventory({ takenAt: ten, workflows, credentials: [listed, shown] }));
      const again = await own(inventory.credentials());
      assert.deepEqual(
        again.map(({ name, onlyReferenced, ref }) => [name, onlyReferenced, ref]),
        [
          ['Listed', false, all[1]?.ref],
          ['Now shown', false, all[0]?.ref],
        ],
      );
    });

    it('knows who calls, who is started by failures, and who uses a credential', async () => {
      const workflows = [
        aWorkflow({ id: 'Sub' }),
        aWorkflow({ id: 'sub', name: 'differs by case' }),
        aWorkflow({ id: 'parent', facts: [aFact('calls', 'Sub', { node: 'Exec' })] }),
        aWorkflow({
          id: 'other',
          facts: [aFact('error_workflow', 'Sub'), aFact('credential', 'cr', { label: 'x' })],
        }),
      ];
      await sync(anInventory({ takenAt: nine, workflows }));
      const callers = await inventory.callersOf([key('Sub'), { connection: 'none', id: 'Sub' }]);
      assert.deepEqual(
        callers.map(({ target, workflow: by, fact }) => [target, by.id, fact.kind, fact.node]),
        [
          [key('Sub'), 'parent', 'calls', 'Exec'],
          [key('Sub'), 'other', 'error_workflow', undefined],
        ],
      );
      assert.deepEqual(await inventory.callersOf([]), []);
      const users = await inventory.usersOfCredentials([key('cr')]);
      assert.deepEqual(
        users.map(({ credential, workflow: by }) => [credential, by.id]),
        [[key('cr'), 'other']],
      );
    });

    it('lists the users of the platform', async () => {
      const ana = { id: 'u1', name: 'Ana', email: 'ana@acme.test', role: 'global:owner' };
      const bob = { id: 'u2', name: 'Bob' };
      await sync(anInventory({ takenAt: nine, users: [ana, bob] }));
      assert.deepEqual(await inventory.users(prod), [ana, bob]);
      await sync(anInventory({ takenAt: ten, users: [{ ...bob, name: 'Robert' }] }));
      assert.deepEqual(await inventory.users(prod), [{ ...bob, name: 'Robert' }]);
      assert.deepEqual(await inventory.users('no uuid'), []);
    });

    it('survives what platforms and attackers put into names', async () => {
      const name = `a\0b\uD800 ${'x'.repeat(20_000)}`;
      const hostile = aWorkflow({ id: 'h', name, tags: [name], facts: [aFact('host', name)] });
      const twice = aWorkflow({ id: 'h2' });
      const look = { takenAt: nine, workflows: [hostile, twice, { ...twice, name: 'later' }] };
      await sync(anInventory(look));
      assert.equal((await workflow('h')).name, name.replace('\0', '\uFFFD').toWellFormed());
      assert.equal((await workflow('h2')).name, 'later');
    });

    it('holds all of a large estate', async () => {
      const estate = makeEstate({ seed: 3, workflows: 1_000, credentials: 300 });
      await sync(estate);
      const query = { kind: 'text', field: 'connection', value: prod, wildcard: false } as const;
      const { hits, total } = await inventory.find(query, { limit: 2_000 });
      assert.equal(total, 1_000);
      const facts = await inventory.factsOf(hits.map((hit) => hit.workflow));
      for (const record of estate.workflows) {
        assert.deepEqual(facts.get(keyText(key(record.id))), record.facts);
      }
    });
  });
});
