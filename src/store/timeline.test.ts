import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { instanceChain } from '../domain/timeline.ts';
import { assertChainHolds } from '../testing/chain.ts';
import { forEachDatabase } from '../testing/database.ts';
import { anEvent, anIncident } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';

forEachDatabase((name) => {
  describe('the timeline', async () => {
    const { store, clock } = await openTestStore(name);
    const declare = async () => {
      const { incidents } = await store.save({
        incidents: [anIncident({ declaredBy: store.instance.operator })],
      });
      return incidents[0]?.id ?? '';
    };

    it('begins with the making of the instance', async () => {
      const entries = await assertChainHolds(store, instanceChain);
      assert.deepEqual(
        entries.map((entry) => [entry.seq, entry.kind, entry.incident]),
        [[1, 'instance_created', store.instance.id]],
      );
    });

    it('answers an event as it was recorded, and reads it back the same', async () => {
      const chain = await declare();
      const asked = anEvent(chain, {
        kind: 'workflow_found',
        actor: { kind: 'person', id: store.instance.operator, name: 'Åsa "the eye" O’Hara' },
        source: 'cli',
        occurredAt: new Date('2026-11-23T07:59:01.007Z'),
        text: 'Found “Exfil” 🔥 on\nn8n\u2028prod',
        data: { refs: ['w1', 'w2'], count: 2, deep: { b: null, a: true, '': -1 } },
      });
      const { events } = await store.save({ events: [asked] });
      const [event] = events;
      const { id, seq, recordedAt, hash, skewMs, ...rest } = event ?? assert.fail();
      assert.deepEqual(rest, asked);
      assert.equal(seq, 1);
      assert.deepEqual(recordedAt, clock.now());
      assert.match(id, /^[0-9a-f-]{36}$/);
      assert.match(hash, /^[0-9a-f]{64}$/);
      assert.equal(typeof skewMs, 'number', 'the test clock is days away from the real one');
      assert.deepEqual(await store.timeline.latest(chain, 10), [event]);
      await assertChainHolds(store, chain);
    });

    it('chains the hashes of attached evidence, and refuses what is no hash', async () => {
      const chain = await declare();
      const attachments = [
        { sha256: 'ab'.repeat(32), size: 4_096, type: 'application/json' },
        { sha256: 'cd'.repeat(32), size: 0, type: 'text/plain; x="ü"' },
      ];
      const { events } = await store.save({ events: [anEvent(chain, { attachments })] });
      assert.deepEqual(events[0]?.attachments, attachments);
      assert.deepEqual(await store.timeline.latest(chain, 1), events);
      const [entry] = await assertChainHolds(store, chain);
      assert.deepEqual(entry?.attachments, attachments);
      for (const wrong of [{ sha256: 'AB'.repeat(32) }, { size: -1 }, { size: 0.5 }]) {
        const attachment = { sha256: 'ab'.repeat(32), size: 1, type: 'text/plain', ...wrong };
        await assert.rejects(
          store.save({ events: [anEvent(chain, { attachments: [attachment] })] }),
          TypeError,
        );
      }
      assert.equal((await assertChainHolds(store, chain)).length, 1);
    });

    it('keeps one unbroken chain under parallel writers', async () => {
      const chain = await declare();
      const texts = Array.from({ length: 32 }, (_, index) => `event ${index}`);
      await Promise.all(texts.map((text) => store.save({ events: [anEvent(chain, { text })] })));
      const entries = await assertChainHolds(store, chain);
      assert.equal(entries.length, 32);
      const kept = await store.timeline.latest(chain, 100);
      assert.deepEqual(new Set(kept.map((event) => event.text)), new Set(texts));
    });

    it('answers events of several chains in the order in which they were passed', async () => {
      const chains = [await declare(), await declare(), instanceChain];
      const asked = [2, 0, 1, 0, 2].map((index, text) =>
        anEvent(chains[index] ?? '', { text: String(text) }),
      );
      const { events } = await store.save({ events: asked });
      assert.deepEqual(
        events.map((event) => [event.chain, event.text]),
        asked.map((event) => [event.chain, event.text]),
      );
      for (const chain of chains) await assertChainHolds(store, chain);
    });

    it('never records before its predecessor when the clock goes back', async () => {
      const chain = await declare();
      const before = clock.now();
      await store.save({ events: [anEvent(chain)] });
      clock.forward(-60_000);
      const { events } = await store.save({ events: [anEvent(chain)] });
      clock.set(before);
      assert.deepEqual(events[0]?.recordedAt, before);
      await assertChainHolds(store, chain);
    });

    it('notes the skew between clocks only when it is a second or more', async () => {
      const exact = await openTestStore(name, { now: () => new Date() });
      const { events } = await exact.store.save({ events: [anEvent(instanceChain)] });
      assert.equal(events[0]?.skewMs, undefined);
      const off = await openTestStore(name, { now: () => new Date(Date.now() - 7_000) });
      const late = await off.store.save({ events: [anEvent(instanceChain)] });
      const skew = late.events[0]?.skewMs ?? 0;
      assert.ok(skew >= 6_900 && skew < 20_000, `${skew} ms`);
      await assertChainHolds(off.store, instanceChain);
    });

    it('holds a chain whose clock is years away', async () => {
      const { store: other } = await openTestStore(name, { now: () => new Date('2001-01-01') });
      const [event] = await other.timeline.latest(instanceChain, 1);
      assert.equal(event?.skewMs, 2_147_483_647);
      await assertChainHolds(other, instanceChain);
    });

    it('streams a long chain in pages, up to the head at the start', async () => {
      const chain = await declare();
      const events = Array.from({ length: 1_203 }, (_, index) =>
        anEvent(chain, { text: String(index) }),
      );
      await store.save({ events });
      const sizes: number[] = [];
      for await (const page of store.timeline.read(chain)) {
        sizes.push(page.length);
        await store.save({ events: [anEvent(chain, { text: 'meanwhile' })] });
      }
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        1_203,
      );
      assert.ok(Math.max(...sizes) <= 500);
      assert.equal((await assertChainHolds(store, chain)).length, 1_203 + sizes.length);
      const latest = await store.timeline.latest(chain, 2);
      assert.deepEqual(
        latest.map((event) => event.seq),
        [1_203 + sizes.length - 1, 1_203 + sizes.length],
      );
    });

    it('says so when there is no such timeline', async () => {
      const nowhere = '00000000-0000-4000-8000-000000000000';
      await assert.rejects(store.timeline.genesis(nowhere), /no such timeline/);
      await assert.rejects(store.save({ events: [anEvent(nowhere)] }), /never saved/);
    });
  });
});
