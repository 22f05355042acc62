import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';

import { shippedRunbooks } from './check-runbooks.ts';
import { runbookFiles } from './runbook-files.ts';
import { playbook } from './runbooks/cacao/playbook.ts';
import { aShell } from './testing/shell.ts';

const files = runbookFiles(() => new Date('2026-11-23T10:00:00Z'));
const aDesk = () => aShell({ entrance: Object.create(null), runbookFiles: files });
const ids = (await readdir(shippedRunbooks)).map((file) => file.replace(/\.md$/, ''));

describe('firebreak runbooks export', () => {
  for (const id of ids) {
    it(`${id} is a playbook that CACAO allows`, async () => {
      const shell = aDesk();
      assert.equal(await shell.run('runbooks', 'export', id), 0);
      const read = playbook.safeParse(JSON.parse(shell.out));
      assert.deepEqual(read.error?.issues ?? [], []);
    });
  }

  it('writes a file, and never over one', async () => {
    const shell = aDesk();
    const typed = [
      'runbooks',
      'export',
      'leaked-credential',
      '--format',
      'cacao',
      '--out',
      'a.json',
    ];
    assert.equal(await shell.run(...typed), 0);
    assert.match(shell.files.get('a.json') ?? '', /"spec_version": "cacao-2\.0"/);
    assert.equal(await shell.run(...typed), 1);
    assert.match(shell.err, /exists already/);
  });

  it('says which runbooks there are when it knows none of that name', async () => {
    const shell = aDesk();
    assert.equal(await shell.run('runbooks', 'export', 'leaked'), 1);
    assert.match(shell.err, /There is no runbook leaked there[^]*leaked-credential/);
  });
});
