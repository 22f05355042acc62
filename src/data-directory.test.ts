import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { prepareDataDirectory } from './data-directory.ts';
import { Instance } from './testing/instance.ts';

const folder = await mkdtemp(join(tmpdir(), 'firebreak-data-directory-'));
const instances: Instance[] = [];
after(async () => {
  await rm(folder, { recursive: true });
  await Promise.all(instances.map((one) => one.remove()));
});

const refusedWith = (message: RegExp) => ({ name: 'UserError', code: 'not_ready', message });
const onLinux = { skip: process.platform !== 'linux' && 'there is no /proc here' };

describe('the data directory', () => {
  it('is made with all above it, for its owner alone, and is left as it is afterwards', async () => {
    const dataDir = join(folder, 'a', 'b');
    await prepareDataDirectory({ dataDir });
    await prepareDataDirectory({ dataDir });
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(dataDir), []);
  });

  it('that was open to others is told of, because opening the database closes it', async () => {
    const dataDir = join(folder, 'open');
    await mkdir(dataDir);
    await chmod(dataDir, 0o755);
    const told: string[] = [];
    const warn = (message: string) => told.push(message);
    await prepareDataDirectory({ dataDir }, warn);
    assert.match(told[0] ?? '', /could look into .*open \(mode 755\)\. It is closed now/);
    await chmod(dataDir, 0o700);
    await prepareDataDirectory({ dataDir }, warn);
    assert.equal(told.length, 1);
  });

  it('is refused in one sentence when it is a file, below one, or leads nowhere', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await symlink(join(folder, 'nowhere', 'else'), join(folder, 'link'));
    for (const [dataDir, message] of [
      [file, /file is a file, not a directory\.$/],
      [join(file, 'data'), /file\/data cannot be made \(ENOTDIR\)\.$/],
      [join(folder, 'link'), /link cannot be looked into \(ENOENT\)\.$/],
    ] as const) {
      await assert.rejects(prepareDataDirectory({ dataDir }), refusedWith(message));
    }
  });

  it('is refused where nothing can be made or written', onLinux, async () => {
    const below = prepareDataDirectory({ dataDir: '/proc/x/y' });
    await assert.rejects(below, refusedWith(/\/proc\/x\/y cannot be made \(\w+\)\.$/));
    const itself = prepareDataDirectory({ dataDir: '/proc/self' });
    await assert.rejects(itself, refusedWith(/\/proc\/self/));
  });

  it('that is no use ends every command with 1 instead of a hang or a stack trace', async () => {
    const file = join(folder, 'taken');
    await writeFile(file, '');
    const bad = process.platform === 'linux' ? '/proc/x' : join(file, 'x');
    const instance = await Instance.create({ DATA_DIR: bad, SANDBOX: 'off' });
    instances.push(instance);
    const said = await Promise.all([
      instance.firebreak('serve'),
      instance.firebreak('ir', 'status'),
      instance.firebreak('public-key'),
      instance.firebreak('migrate'),
    ]);
    for (const { code, stdout, stderr } of said) {
      assert.equal(code, 1);
      assert.equal(stdout, '');
      const told = stderr.replaceAll(/\s+/g, ' ');
      assert.match(told, /^✗ The data directory is no use: [^.]+\. → Set DATA_DIR to .* owner\. $/);
    }
  });
});
