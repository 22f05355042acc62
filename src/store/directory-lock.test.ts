import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import { lockDirectory } from './directory-lock.ts';

const refused = (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.equal(error.code, 'conflict');
  assert.match(error.message, /Another Firebreak process has the data directory/);
  return true;
};

describe('a data directory', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fb-lock-'));
  after(() => rm(dir, { recursive: true }));

  it('belongs to one at a time, and to the next when that lets go', async () => {
    const lock = await lockDirectory(dir);
    await assert.rejects(lockDirectory(dir), refused);
    await lock.release();
    await (await lockDirectory(dir)).release();
  });

  it('goes to exactly one of many that ask together', async () => {
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => lockDirectory(dir)));
    const won = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(won.length, 1);
    await won[0]?.release();
  });

  it('is free again when its process was killed, and then again goes to one only', async () => {
    const script = `
      const { lockDirectory } = await import(${JSON.stringify(new URL('./directory-lock.ts', import.meta.url).href)});
      await lockDirectory(${JSON.stringify(dir)});
      process.stdout.write('locked');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await assert.rejects(lockDirectory(dir), refused);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok((await stat(join(dir, 'firebreak.lock'))).isSocket(), 'the name was left behind');
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => lockDirectory(dir)));
    const won = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(won.length, 1);
    await won[0]?.release();
  });

  it('with a path too long for a lock is refused with the limit', async () => {
    const long = join(dir, 'x'.repeat(90));
    await mkdir(long);
    await assert.rejects(lockDirectory(long), /path of the data directory is too long/);
  });
});
