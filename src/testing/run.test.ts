import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('run.ts', import.meta.url));
const head = `import { describe, it } from 'node:test';\n`;

describe('the test runner', { concurrency: 2 }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firebreak-run-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs these files and answers the exit code, the last line and all that was printed. */
  async function runOf(...sources: readonly string[]) {
    return runnerSays('--seconds', '4', ...(await written(sources)));
  }

  function written(sources: readonly string[]): Promise<readonly string[]> {
    return Promise.all(
      sources.map(async (source, at) => {
        const own = await mkdtemp(join(folder, 'case-'));
        const file = join(own, `${at}.test.mjs`);
        await writeFile(file, source);
        return file;
      }),
    );
  }

  it('counts tests, not suites', async () => {
    const source = `${head}describe('outer', () => {
      describe('inner', () => { it('one', () => {}); });
      it('two', () => {});
      it('three', { skip: 'no database' }, () => {});
    });`;

    const { code, last } = await runOf(source, `${head}it('four', () => {});`);

    assert.equal(last, '3 passed, 0 failed, 1 skipped');
    assert.equal(code, 0);
  });

  it('counts a skipped suite, and says loudly what was not tried and why', async () => {
    const reason = 'No database here: half is untested';
    const source = `${head}describe('on paper', () => { it('one', () => {}); });
      for (const name of ['first', 'second'])
        describe(name, { skip: '${reason}' }, () => { it('two', () => {}); });
      describe('without a word', { skip: true }, () => { it('three', () => {}); });`;

    const { code, last, printed } = await runOf(source);
    const alone = await runOf(`${head}describe('all', { skip: true }, () => { it('one'); });`);

    assert.equal(last, '1 passed, 0 failed, 3 skipped');
    assert.match(printed, /\n!!! NOT TESTED: No database here: half is untested \(2 times\)\n/);
    assert.match(printed, /\n!!! NOT TESTED: without a word\n\n1 passed, 0 failed, 3 skipped\n$/);
    assert.equal(code, 0);
    assert.deepEqual([alone.last, alone.code], ['0 passed, 0 failed, 1 skipped', 1]);
  });

  it('knows that a file has tests when they are written in another one', async () => {
    const contract = join(folder, 'shared.mjs');
    await writeFile(contract, `${head}export const hold = () => it('holds', () => {});`);
    const source = `const { hold } = await import(${JSON.stringify(contract)}); hold();`;

    const { code, last } = await runOf(source);

    assert.equal(last, '1 passed, 0 failed');
    assert.equal(code, 0);
  });

  it('fails when a test fails', async () => {
    const { code, last } = await runOf(
      `${head}it('good', () => {}); it('bad', () => { throw new Error('no'); });`,
    );

    assert.equal(last, '1 passed, 1 failed');
    assert.equal(code, 1);
  });

  it('fails when a file crashes before its tests, or in the middle of one', async () => {
    const { code, last } = await runOf(
      `throw new Error('no such module');`,
      `${head}it('never ends', async () => { process.exit(3); });`,
      `${head}it('good', () => {});`,
    );

    assert.equal(last, '1 passed, 2 failed');
    assert.equal(code, 1);
  });

  it('fails when a file has no test, when all are skipped, and when no file matches', async () => {
    const empty = await runOf('export const nothing = 1;');
    const hollow = await runOf(`${head}describe('a suite', () => {});`);
    const skipped = await runOf(`${head}it('later', { skip: true }, () => {});`);
    const none = await runnerSays(join(folder, 'no-such-*.mjs'));

    assert.equal(empty.last, '0 passed, 1 failed');
    assert.match(empty.printed, /has no test/);
    assert.equal(hollow.last, '0 passed, 1 failed');
    assert.equal(skipped.last, '0 passed, 0 failed, 1 skipped');
    assert.match(none.printed, /No test file matches/);
    assert.deepEqual([empty.code, hollow.code, skipped.code, none.code], [1, 1, 1, 1]);
  });

  it('puts files into one process, but for those that touch it or open something', async () => {
    const saysWhere = `import { pid } from 'node:process';\n${head}`;
    const sources = [
      `${saysWhere}it('in ' + pid, () => {});`,
      `${saysWhere}describe('one', () => {\n  it('in ' + pid, () => {}); });`,
      `${saysWhere}it('alone in ' + pid, () => { process.title; });`,
      `${head}import 'node:child_process';\nit('alone, too', () => {});`,
    ];
    const { last, printed } = await runnerSays('--together', '8', ...(await written(sources)));
    const shared = [...printed.matchAll(/ in (\d+) /g)].map(([, pid]) => pid);
    const [alone] = /alone in (\d+)/.exec(printed)?.slice(1) ?? [];
    assert.equal(last, '4 passed, 0 failed');
    assert.equal(new Set(shared.filter((pid) => pid !== alone)).size, 1, printed);
  });

  it('counts a batch that breaks as one failure, and names the files in it', async () => {
    const sources = [`${head}\nit('fine', () => {});`, `${head}\nit('never', () => {}); throw 1;`];
    const { code, last, printed } = await runnerSays(
      '--together',
      '8',
      ...(await written(sources)),
    );
    assert.match(last ?? '', /, 1 failed$/);
    // Which comes first is as random as the folders that they are in.
    assert.match(printed, /run them one by one:\n.*[01]\.test\.mjs\n.*[01]\.test\.mjs\n/);
    assert.equal(code, 1);
  });

  it('ends a test that hangs, and names it', async () => {
    const { code, last, printed } = await runOf(
      `${head}it('waits for ever', () => new Promise(() => setInterval(() => {}, 1000)));`,
    );

    assert.equal(last, '0 passed, 1 failed');
    assert.match(printed, /waits for ever/);
    assert.equal(code, 1);
  });

  it('ends a file that a leaked timer, a deaf process or a busy loop keeps alive', async () => {
    const { code, last, printed } = await runOf(
      `${head}it('leaks', () => { setInterval(() => {}, 1000); });`,
      `${head}process.on('SIGTERM', () => {}); it('is deaf', () => { setInterval(() => {}, 1000); });`,
      `${head}it('is busy', () => { const end = Date.now() + 60_000; while (Date.now() < end); });`,
    );

    assert.equal(last, '2 passed, 3 failed');
    assert.match(printed, /did not end within 4 seconds and was killed/);
    assert.equal(code, 1);
  });
});

async function runnerSays(...words: readonly string[]) {
  // Node's runner refuses to run inside itself when it sees this variable.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [runner, ...words], { env, stdio: 'pipe' });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += String(chunk)));
  child.stderr.on('data', (chunk) => (printed += String(chunk)));
  const [code] = await once(child, 'close');
  return { code: Number(code), printed, last: printed.trimEnd().split('\n').at(-1) };
}
