import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { assertChainHolds } from '../testing/chain.ts';
import { forEachDatabase } from '../testing/database.ts';
import { anEvent, anIncident } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';

async function declare(store: Store): Promise<string> {
  const { incidents } = await store.save({
    incidents: [anIncident({ declaredBy: store.instance.operator })],
  });
  return incidents[0]?.id ?? '';
}

forEachDatabase((name) => {
  describe('events that come while others are recorded', async () => {
    let nextId: string | undefined;
    const opened = await openTestStore(name, {
      newId: () => {
        const id = nextId ?? randomUUID();
        nextId = undefined;
        return id;
      },
    });
    const { store, options } = opened;

    it('are chained in the order in which they came, and signed like all others', async () => {
      const chain = await declare(store);
      const texts = Array.from({ length: 230 }, (_, index) => `event ${index}`);
      const saved = await Promise.all(
        texts.map((text) => store.save({ events: [anEvent(chain, { text, data: { text } })] })),
      );
      assert.deepEqual(
        saved.map(({ events }) => events.map(({ seq, text }) => `${seq} ${text}`)),
        texts.map((text, index) => [`${index + 1} ${text}`]),
      );
      assert.equal((await assertChainHolds(store, chain)).length, texts.length);
      assert.deepEqual(
        await store.timeline.latest(chain, 1_000),
        saved.flatMap(({ events }) => events),
      );
      const signed = (await store.timeline.checkpoint(chain)).map(
        ({ canonical }) => /"seq":(\d+)/.exec(canonical)?.[1],
      );
      assert.deepEqual(signed, ['50', '100', '150', '200', '230']);
    });

    it('are chained and signed the same when one change brings many, for two chains', async () => {
      const [one, other] = [await declare(store), await declare(store)];
      const events = Array.from({ length: 120 }, (_, index) =>
        anEvent(index % 3 === 0 ? other : one, { text: `event ${index}` }),
      );
      const saved = await store.save({ events });
      assert.deepEqual(
        saved.events.map(({ chain, text }) => [chain, text]),
        events.map(({ chain, text }) => [chain, text]),
      );
      assert.equal((await assertChainHolds(store, one)).length, 80);
      assert.equal((await assertChainHolds(store, other)).length, 40);
      const signed = (await store.timeline.checkpoint(one)).map(
        ({ canonical }) => /"seq":(\d+)/.exec(canonical)?.[1],
      );
      assert.deepEqual(signed, ['50', '80']);
    });

    it('share nothing with events that come with other changes, or for other chains', async () => {
      const [one, other] = [await declare(store), await declare(store)];
      const events = [anEvent(one), anEvent(other), anEvent(one)];
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          index % 3 === 0
            ? store.save({ events })
            : store.save({ events: [anEvent(index % 2 === 0 ? one : other)] }),
        ),
      );
      assert.equal((await assertChainHolds(store, one)).length, 4 * 2 + 4);
      assert.equal((await assertChainHolds(store, other)).length, 4 + 4);
    });

    it('are not lost with one among them that the database refuses', async () => {
      const chain = await declare(store);
      const { events } = await store.save({ events: [anEvent(chain)] });
      const saves = ['first', 'second', 'third', 'fourth'].map((text) => {
        if (text === 'third') nextId = events[0]?.id;
        return store.save({ events: [anEvent(chain, { text })] });
      });
      const results = await Promise.allSettled(saves);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
      );
      assert.equal((await assertChainHolds(store, chain)).length, 4);
    });

    it('are all refused when there is no such timeline, and nothing waits on', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 3 }, () => store.save({ events: [anEvent(randomUUID())] })),
      );
      assert.ok(results.every(({ status }) => status === 'rejected'));
      const nowhere = randomUUID();
      for (const result of await Promise.allSettled(
        Array.from({ length: 3 }, () => store.save({ events: [anEvent(nowhere)] })),
      )) {
        assert.match(String(result.status === 'rejected' && result.reason), /never saved/);
      }
    });

    it('are answered before the store closes', async () => {
      const chain = await declare(store);
      const saves = Array.from({ length: 40 }, () => store.save({ events: [anEvent(chain)] }));
      const reopened = opened.reopen();
      assert.equal((await Promise.all(saves)).length, 40);
      assert.equal((await assertChainHolds(await reopened, chain)).length, 40);
    });

    if (name === 'postgres') {
      it('make one chain when several processes write to it', async () => {
        const stores = [opened.store, await openStore(options), await openStore(options)];
        const chain = await declare(opened.store);
        await Promise.all(
          stores.flatMap((one) =>
            Array.from({ length: 30 }, () => one.save({ events: [anEvent(chain)] })),
          ),
        );
        assert.equal((await assertChainHolds(opened.store, chain)).length, 90);
        await Promise.all(stores.slice(1).map((one) => one.close()));
      });
    }
  });
});
