import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Problem } from '../domain/reply.ts';
import { aShell, aView, scriptedEntrance } from '../testing/shell.ts';

const asks: Problem = {
  kind: 'problem',
  code: 'not_allowed',
  message: 'P-1 needs a code of yours.',
  asks: 'code',
  candidates: [],
};
const line = 'contain run P-1';

describe('a code that is asked for', () => {
  it('is typed at a prompt, and goes beside the same line', async () => {
    const entrance = scriptedEntrance({ [line]: [asks, aView({ title: 'P-1 runs.' })] });
    const shell = aShell({ entrance, typed: '123 456' });
    assert.equal(await shell.run('ir', line), 0);
    assert.deepEqual(entrance.lines, [line, line]);
    assert.deepEqual(entrance.codes, ['123 456']);
    assert.match(shell.err, /needs a code of yours/);
    assert.ok(!`${shell.out}${shell.err}`.includes('123 456'));
  });

  it('is not asked for where nobody sits, and left by an empty answer', async () => {
    const piped = scriptedEntrance({ [line]: [asks] });
    const shell = aShell({ entrance: piped });
    assert.equal(await shell.run('ir', line), 1);
    assert.match(
      `${shell.out}${shell.err}`.replaceAll(/\s+/g, ' '),
      /pipe it in with `--code-file -`/,
    );
    const left = scriptedEntrance({ [line]: [asks] });
    assert.equal(await aShell({ entrance: left, typed: '' }).run('ir', line), 1);
    assert.deepEqual([...piped.codes, ...left.codes], []);
  });

  it('may come from standard input, with the first try', async () => {
    const entrance = scriptedEntrance({ [line]: [aView({ title: 'P-1 runs.' })] });
    const shell = aShell({ entrance, piped: '123456\n' });
    assert.equal(await shell.run('ir', line, '--code-file', '-'), 0);
    assert.deepEqual(entrance.codes, ['123456']);
  });
});
