import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { touch } from './model.ts';
import { FileStorage } from './storage.ts';

const born = new Date('2026-11-23T09:00:00.000Z');
const folder = await mkdtemp(join(tmpdir(), 'fb-sandbox-'));
after(() => rm(folder, { recursive: true, force: true }));

let files = 0;
function newFile(): string {
  files += 1;
  return join(folder, `${files}`, 'shop.json');
}

function open(file: string): FileStorage {
  return new FileStorage({ file, now: () => born, wait: (ms) => delay(ms) });
}

describe('the file of an estate', () => {
  it('remembers over restarts when the estate was made and what happened', async () => {
    const file = newFile();
    await open(file).update((changes) => touch(changes, 'w').stops.push(5));

    const again = await open(file).read();
    assert.equal(again.bornAt, born.getTime());
    assert.deepEqual(again.touched['w']?.stops, [5]);
  });

  it('is read again when another process has written it', async () => {
    const file = newFile();
    const [one, other] = [open(file), open(file)];
    await one.read();
    await other.update((changes) => touch(changes, 'w').stops.push(1));

    assert.deepEqual((await one.read()).touched['w']?.stops, [1]);
  });

  it('loses nothing when two processes write at once', async () => {
    const file = newFile();
    const storages = [open(file), open(file), open(file)];
    await Promise.all(
      storages.flatMap((storage, first) =>
        Array.from({ length: 10 }, (_, round) =>
          storage.update((changes) => touch(changes, 'w').stops.push(first + 3 * round)),
        ),
      ),
    );

    const { touched } = await open(file).read();
    assert.deepEqual(
      touched['w']?.stops.toSorted((a, b) => a - b),
      Array.from({ length: 30 }, (_, at) => at),
    );
  });

  it('belongs to its owner alone and leaves nothing beside it', async () => {
    const file = newFile();
    await open(file).update((changes) => touch(changes, 'w'));

    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(file, '..')), ['shop.json']);
  });

  it('is not held for ever by a process that died', async () => {
    const file = newFile();
    await open(file).read();
    await writeFile(`${file}.lock`, '');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${file}.lock`, longAgo, longAgo);

    await open(file).update((changes) => touch(changes, 'w').stops.push(1));
    assert.deepEqual((await open(file).read()).touched['w']?.stops, [1]);
  });

  it('is refused with the next step when it cannot be read', async () => {
    const file = newFile();
    await open(file).read();
    await writeFile(file, '{"form":');
    const isRefused = {
      name: 'PlatformError',
      code: 'unreadable',
      message: `The sandbox’s file ${file} cannot be read. Delete it to begin anew.`,
    };

    await assert.rejects(open(file).read(), isRefused);
    await assert.rejects(
      open(file).update(() => undefined),
      isRefused,
    );
  });

  it('changes nothing when a change fails', async () => {
    const storage = open(newFile());
    await storage.read();
    const failing = storage.update((changes) => {
      touch(changes, 'w');
      throw new Error('It failed half way.');
    });

    await assert.rejects(failing, /half way/);
    assert.deepEqual((await storage.read()).touched, {});
  });
});
