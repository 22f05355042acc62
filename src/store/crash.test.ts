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
import { killWhileRecording, randomFrom } from '../testing/kill-rounds.ts';
import { storeOptions } from '../testing/store.ts';
import { openStore } from './open.ts';

const script = new URL('../testing/append-events.ts', import.meta.url);

const dirs: string[] = [];
const newDir = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fb-crash-'));
  dirs.push(dir);
  return dir;
};
after(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

describe('the embedded store', () => {
  it('keeps every acknowledged event over kills at random moments', async (t) => {
    await killWhileRecording(await newDir(), {
      rounds: 5,
      seed: 20_261_122,
      tell: (text) => t.diagnostic(text),
    });
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
