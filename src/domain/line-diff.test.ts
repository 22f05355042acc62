import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { changedLines } from './line-diff.ts';

const many = (word: string) => Array.from({ length: 2_100 }, (_, at) => `${word}${at}`);

describe('the changed lines of a text', () => {
  it('are none of the same text, whatever its line ends', () => {
    assert.deepEqual(changedLines('a\nb\n', 'a\r\nb\r\n'), []);
  });

  it('are what was taken, then what was added, with the lines where they stand', () => {
    assert.deepEqual(changedLines('a\nb\nc\nd\n', 'a\nx\nc\nd\ne\n'), [
      { kind: 'taken', line: 2, text: 'b' },
      { kind: 'added', line: 2, text: 'x' },
      { kind: 'added', line: 5, text: 'e' },
    ]);
  });

  it('make the later text of the earlier one, of any two', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (old, now) => {
        const changed = changedLines(`${old.join('\n')}\n`, `${now.join('\n')}\n`);
        const taken = new Set(
          changed.filter(({ kind }) => kind === 'taken').map(({ line }) => line),
        );
        const made: string[] = old.filter((_, index) => !taken.has(index + 1));
        for (const { kind, line, text: words } of changed) {
          if (kind === 'added') made.splice(line - 1, 0, words);
        }
        assert.deepEqual(made, now);
      }),
    );
  });

  it('are all that lies between equal ends where comparing would take too long', () => {
    const changed = changedLines(
      ['same', ...many('a'), 'end'].join('\n'),
      ['same', ...many('b'), 'end'].join('\n'),
    );
    assert.equal(changed.length, 4_200);
    assert.deepEqual(changed[0], { kind: 'taken', line: 2, text: 'a0' });
  });
});
