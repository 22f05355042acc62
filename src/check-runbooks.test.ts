import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { checkRunbooks, shippedRunbooks } from './check-runbooks.ts';
import { runbookFiles } from './runbook-files.ts';
import { aShell } from './testing/shell.ts';

const folder = await mkdtemp(join(tmpdir(), 'fb-runbooks-'));
after(() => rm(folder, { recursive: true }));

const good = '---\nid: x\ntitle: X\n---\n# X\n## One\n```yaml step\nid: one\nkind: manual\n```\n';

describe('firebreak runbooks check', () => {
  const shell = aShell({
    entrance: Object.create(null),
    runbookFiles: runbookFiles(() => new Date(0)),
  });

  it('finds nothing in the runbooks that ship', async () => {
    assert.equal(await shell.run('runbooks', 'check'), 0);
    assert.match(shell.out, /^16 runbooks read, nothing to mend\./m);
    assert.equal((await checkRunbooks(shippedRunbooks)).kind, 'view');
  });

  it('names each mistake and exits with 1', async () => {
    await writeFile(join(folder, 'a.md'), good);
    await writeFile(join(folder, 'b.md'), good.replace('manual', 'magic'));
    await writeFile(join(folder, 'c.md'), good);
    await writeFile(join(folder, 'README.md'), 'Not a runbook.');
    const code = await shell.run('runbooks', 'check', folder, '--json');
    assert.equal(code, 1);
    assert.match(shell.out, /"b\.md:9:1 “kind” must be one of: decide, identify, /);
    assert.match(shell.out, /"c\.md:2:1 Another file has the same id/);
    assert.doesNotMatch(shell.out, /README/);
  });

  it('refuses a folder that is not there', async () => {
    assert.equal(await shell.run('runbooks', 'check', join(folder, 'nowhere')), 2);
    assert.match(shell.err, /cannot be read/);
  });
});
