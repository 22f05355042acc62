import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';

import { openScratch } from './scratch.ts';

it('a folder in memory is gone when it is removed, with what is in it', async (t) => {
  const scratch = await openScratch();
  if (!scratch) {
    t.skip('This machine has too little memory for it.');
    return;
  }
  await writeFile(join(scratch.dir, 'a database'), 'much');
  await scratch.remove();
  assert.equal(existsSync(scratch.dir), false);
  await scratch.remove();
});
