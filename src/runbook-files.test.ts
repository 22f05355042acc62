import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { shippedRunbooks } from './check-runbooks.ts';
import { runbookFiles } from './runbook-files.ts';
import { playbook } from './runbooks/cacao/playbook.ts';
import { readRunbook } from './runbooks/parse.ts';
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

describe('firebreak runbooks import', () => {
  it('writes the runbook and says what to do with it', async () => {
    const shell = aDesk();
    const folder = await mkdtemp(join(tmpdir(), 'fb-import-'));
    try {
      assert.equal(await shell.run('runbooks', 'export', 'webhook-abuse'), 0);
      const file = join(folder, 'a.json');
      await writeFile(file, shell.out);
      assert.equal(await shell.run('runbooks', 'import', file), 0);
      assert.match(shell.out, /Wrote webhook-abuse\.md\.[^]*firebreak runbooks check/);
      const text = shell.files.get('webhook-abuse.md') ?? '';
      assert.equal(readRunbook(text, 'webhook-abuse.md').kind, 'good');
      assert.doesNotMatch(text, /^do:/m);
      assert.equal(await shell.run('runbooks', 'import', file), 1, 'it is not written over');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names what is wrong at its place, reads no more than it may, and writes nothing', async () => {
    const shell = aDesk();
    const folder = await mkdtemp(join(tmpdir(), 'fb-import-'));
    try {
      const file = join(folder, 'bad.json');
      await writeFile(file, '{\n  "type": "playbook",\n  "name": "{{secrets.x}}"\n}\n');
      assert.equal(await shell.run('runbooks', 'import', file), 1);
      assert.match(shell.out, /No runbook was made[^]*bad\.json:3:11 name: Nothing fills in/);
      await truncate(file, 3_000_000_000);
      assert.equal(await shell.run('runbooks', 'import', file), 1);
      assert.match(shell.out, /bad\.json:1:1 A playbook has at most 1 MB/);
      assert.equal(await shell.run('runbooks', 'import', folder), 2);
      assert.match(shell.err, /cannot be read/);
      assert.equal(shell.files.size, 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('firebreak runbooks new', () => {
  it('writes a runbook that passes the check, and says the next step', async () => {
    const shell = aDesk();
    assert.equal(await shell.run('runbooks', 'new', 'leaked-host'), 0);
    assert.match(shell.out, /Wrote leaked-host\.md\.[^]*firebreak runbooks\s+check/);
    const read = readRunbook(shell.files.get('leaked-host.md') ?? '', 'leaked-host.md');
    assert.ok(read.kind === 'good', JSON.stringify(read));
    assert.equal(read.runbook.title, 'Leaked host');
    assert.equal(read.runbook.steps.length, 5);
  });

  it('takes any title that is one line of words', async () => {
    const shell = aDesk();
    const title = 'A “host”: #1 *leaks* <again> & more';
    assert.equal(await shell.run('runbooks', 'new', 'mine', '--title', title, '--out', 'm.md'), 0);
    const read = readRunbook(shell.files.get('m.md') ?? '', 'm.md');
    assert.ok(read.kind === 'good' && read.runbook.title === title);
    assert.equal(await shell.run('runbooks', 'new', 'mine', '--title', 'x'.repeat(121)), 2);
  });

  it('writes over nothing, and refuses an id that is none or is taken', async () => {
    const shell = aDesk();
    assert.equal(await shell.run('runbooks', 'new', 'mine'), 0);
    const before = shell.files.get('mine.md');
    assert.equal(await shell.run('runbooks', 'new', 'mine', '--title', 'Other'), 1);
    assert.match(shell.err, /exists already/);
    assert.equal(shell.files.get('mine.md'), before);
    for (const id of ['../mine', 'Mine', 'a b', '']) {
      assert.equal(await shell.run('runbooks', 'new', id), 2, id);
    }
    assert.equal(await shell.run('runbooks', 'new', 'webhook-abuse'), 1);
    assert.match(shell.err, /ships with Firebreak already/);
    assert.equal(shell.files.size, 1);
  });
});

describe('firebreak runbooks show', () => {
  for (const id of ids) {
    it(`draws ${id}: every step, and every answer at its way`, async () => {
      const shell = aDesk();
      assert.equal(await shell.run('runbooks', 'show', id, '--svg', 'a.svg'), 0);
      const svg = shell.files.get('a.svg') ?? '';
      const text = await readFile(join(shippedRunbooks, `${id}.md`), 'utf8');
      const read = readRunbook(text, `${id}.md`);
      assert.ok(read.kind === 'good');
      assert.equal(svg.split('class="runbook-step').length - 1, read.runbook.steps.length);
      assert.doesNotMatch(svg, /<script|href|url\(|style=|<image|NaN|undefined/);
    });
  }

  it('prints it without a file', async () => {
    const shell = aDesk();
    assert.equal(await shell.run('runbooks', 'show', 'webhook-abuse', '--svg'), 0);
    assert.match(shell.out, /^<svg [^]*<\/svg>\n$/);
    assert.equal(await shell.run('runbooks', 'show', 'webhook-abuse'), 2, 'what is it to show?');
  });
});
