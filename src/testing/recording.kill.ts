import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { killWhileRecording } from './kill-rounds.ts';

/** Kills at other moments than the few rounds of `npm test`. */
const seed = 20_261_123;

describe('recording on the embedded database', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fb-kill-'));
  after(() => rm(dataDir, { recursive: true, force: true }));

  it('keeps every acknowledged event over 20 kills at random moments', async (t) => {
    await killWhileRecording(dataDir, { rounds: 20, seed, tell: (text) => t.diagnostic(text) });
  });
});
