import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { processTerminal } from './terminal.ts';

const folder = await mkdtemp(join(tmpdir(), 'fb-terminal-'));
after(() => rm(folder, { recursive: true, force: true }));

async function* untilFull() {
  yield 'the first half';
  await Promise.resolve();
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

describe('a file that the terminal writes', () => {
  it('is not kept in part when the disk is full, and the person is told so', async () => {
    const path = join(folder, 'a.backup');
    await assert.rejects(processTerminal(process).writeFile(path, untilFull()), {
      name: 'UserError',
      code: 'not_ready',
      message: `The disk is full; ${path} was not kept.`,
    });
    assert.deepEqual(await readdir(folder), []);
  });
});

describe('a file that the terminal reads', () => {
  it('is refused in words, not in the code of the system', async () => {
    const terminal = processTerminal(process);
    const missing = terminal.readSmallFile(join(folder, 'none'));
    await assert.rejects(missing, { hint: 'There is no such file.' });
    await assert.rejects(terminal.readSmallFile(folder), { hint: 'It is a directory.' });
  });
});
