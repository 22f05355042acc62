import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { instanceChain } from '../domain/timeline.ts';
import { openStore } from '../store/open.ts';
import { assertChainHolds } from './chain.ts';
import { startChild } from './child.ts';
import { pgliteDirectory } from './database.ts';
import { storeOptions } from './store.ts';

const longestMs = 600;
/** So many events at the most are waited for before a kill, however slow the machine is. */
const mostAwaited = 4;
const script = new URL('append-events.ts', import.meta.url);

/** Seeded, so that a failure can be repeated: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Kills a process that records events on an embedded database, round after round, and proves that
 * each acknowledged event is there once and that the chain holds.
 *
 * @param dataDir an empty directory
 */
export async function killWhileRecording(
  dataDir: string,
  around: {
    readonly rounds: number;
    readonly seed: number;
    readonly tell: (text: string) => void;
  },
): Promise<void> {
  const { rounds, seed, tell } = around;
  tell(`seed ${seed}`);
  const random = randomFrom(seed);
  await pgliteDirectory(join(dataDir, 'pg'));
  const acknowledged: string[] = [];
  let awaited = 0;
  for (let round = 0; round < rounds; round += 1) {
    const child = startChild(script, [dataDir]);
    // Every fifth is killed while it starts, the others while they record.
    if (round % 5 !== 4) {
      const events = Math.floor(random() * (mostAwaited + 1));
      awaited += events;
      // The first line is `ready`.
      await child.said(() => child.lines.length > events);
    }
    await delay(random() * longestMs);
    await child.kill();
    assert.deepEqual(child.errors, []);
    acknowledged.push(...child.lines.filter((line) => line !== 'ready'));
  }
  assert.ok(awaited > 0 && acknowledged.length >= awaited, `${acknowledged.length} events`);

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
  tell(`${acknowledged.length} acknowledged, ${entries.length} kept`);
}
