import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { instanceChain } from '../domain/timeline.ts';
import { assertChainHolds } from '../testing/chain.ts';
import { startChild } from '../testing/child.ts';
import { pgliteDirectory } from '../testing/database.ts';
import { storeOptions } from '../testing/store.ts';
import { openStore } from './open.ts';

const rounds = 20;
const longestMs = 600;
const script = new URL('../testing/append-events.ts', import.meta.url);

/** Seeded, so that a failure can be repeated: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const dirs: string[] = [];
const newDir = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fb-crash-'));
  dirs.push(dir);
  return dir;
};
after(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

describe('the embedded store', () => {
  it(`keeps every acknowledged event over ${rounds} kills at random moments`, async (t) => {
    const seed = 20_261_122;
    t.diagnostic(`seed ${seed}`);
    const random = randomFrom(seed);
    const dataDir = await newDir();
    await pgliteDirectory(join(dataDir, 'pg'));
    const acknowledged: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const child = startChild(script, [dataDir]);
      // Every fifth is killed while it starts, the others while they record.
      if (round % 5 !== 4) await child.said('ready');
      await delay(random() * longestMs);
      await child.kill();
      assert.deepEqual(child.errors, []);
      acknowledged.push(...child.lines.filter((line) => line !== 'ready'));
    }
    assert.ok(acknowledged.length > rounds, `${acknowledged.length} events`);

    const store = await openStore(await storeOptions(dataDir));
    const entries = await assertChainHolds(store, instanceChain);
    const kept = await store.timeline.latest(instanceChain, entries.length);
    await store.close();
    const texts = kept.map((event) => event.text);
    const known = new Set(texts);
    assert.deepEqual(
      acknowledged.filter((text) => !known.has(text)),
      [],
    );
    assert.equal(known.size, texts.length, 'nothing is there twice');
    t.diagnostic(`${acknowledged.length} acknowledged, ${entries.length} kept`);
  });

  it('can be killed in its very first start and then starts', async () => {
    const random = randomFrom(7);
    const dataDir = await newDir();
    for (let round = 0; round < 3; round += 1) {
      const child = startChild(script, [dataDir]);
      await delay(300 + random() * 1_500);
      await child.kill();
    }
    const store = await openStore(await storeOptions(dataDir));
    await assertChainHolds(store, instanceChain);
    await store.close();
  });

  it('turns a second process away with one sentence and goes on unharmed', async () => {
    const dataDir = await newDir();
    await pgliteDirectory(join(dataDir, 'pg'));
    const store = await openStore(await storeOptions(dataDir));
    const second = startChild(script, [dataDir]);
    assert.equal(await second.ended(), 1);
    assert.deepEqual(second.lines, []);
    assert.equal(second.errors.length, 2);
    assert.match(second.errors[0] ?? '', /^Another Firebreak process has the data directory/);
    assert.ok(second.errors[0]?.includes(dataDir));
    assert.match(second.errors[1] ?? '', /let every shell speak through it/);

    await assertChainHolds(store, instanceChain);
    await store.close();
    const third = startChild(script, [dataDir]);
    await third.said('ready');
    await assert.rejects(openStore(await storeOptions(dataDir)), /Another Firebreak process/);
    await third.kill();
  });

  it('lets nobody else look into its directory', async () => {
    const dataDir = await newDir();
    const store = await openStore(await storeOptions(dataDir));
    for (const [path, mode] of [
      ['', 0o700],
      ['pg', 0o700],
      ['secret.key', 0o600],
      ['signing-key.pem', 0o600],
    ] as const) {
      assert.equal((await stat(join(dataDir, path))).mode & 0o777, mode, path);
    }
    await store.close();
  });
});
