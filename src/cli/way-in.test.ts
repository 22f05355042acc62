import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import { scriptedEntrance } from '../testing/shell.ts';
import { wayIn } from './way-in.ts';
import type { Word } from './where.ts';
import { askServer, leaveWord } from './where.ts';

const url = 'http://127.0.0.1:7717';
const held = new UserError('conflict', 'Another Firebreak process has the data directory /d open.');

/** A night on which the directory is held and the server says what is given, then its last word. */
function aNight(words: readonly Word['kind'][]) {
  let at = 0;
  const asked: (number | undefined)[] = [];
  const remote = scriptedEntrance({});
  return {
    asked,
    remote,
    enter: () =>
      wayIn({
        ask: (waitMs) => {
          asked.push(waitMs);
          at += waitMs ?? 2_000;
          const kind = words[asked.length - 1] ?? words.at(-1) ?? 'none';
          return Promise.resolve(kind === 'none' ? { kind } : { kind, url });
        },
        speakTo: () => remote,
        openHere: () => Promise.reject(held),
        wait: (ms) => {
          at += ms;
          return Promise.resolve();
        },
        now: () => new Date(at),
      }),
  };
}

describe('the way in while somebody has the data directory', () => {
  it('asks a busy server once more, and longer', async () => {
    const night = aNight(['silent', 'here']);
    assert.equal(await night.enter(), night.remote);
    assert.deepEqual(night.asked, [undefined, 10_000]);
  });

  it('says of a server that stays silent that it does not answer, not that there is none', async () => {
    await assert.rejects(aNight(['silent']).enter(), {
      message: `The server at ${url} does not answer in time.`,
    });
    await assert.rejects(aNight(['none']).enter(), { message: held.message });
  });
});

describe('asking a server that is busy', () => {
  it('tells one that takes the call and is silent from one that is gone', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'firebreak-busy-'));
    after(() => rm(dir, { recursive: true }));
    assert.deepEqual(await askServer(dir, fetch), { kind: 'none' });
    const busy = createServer(() => {});
    await new Promise<void>((ready) => busy.listen(0, '127.0.0.1', ready));
    const address = busy.address();
    assert.ok(typeof address === 'object' && address);
    const there = `http://127.0.0.1:${address.port}`;
    const server = { url: there, database: 'the embedded database' };
    await leaveWord(dir, { ...server, instance: 'instance-1' });
    assert.deepEqual(await askServer(dir, fetch, 50), { kind: 'silent', ...server });
    busy.closeAllConnections();
    await new Promise((closed) => busy.close(closed));
    assert.deepEqual(await askServer(dir, fetch, 1_000), { kind: 'none' });
  });
});
