import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { cut, onOneLine, shown } from './shown.ts';

describe('foreign text before people', () => {
  it('shows what could hide or turn it around, and leaves joiners of emoji alone', () => {
    assert.equal(shown('a\u202Eb\u0007\u200B'), 'a‹U+202E›b‹U+0007›‹U+200B›');
    assert.equal(shown('\u{1F469}\u200D\u{1F692}\n'), '\u{1F469}\u200D\u{1F692}\n');
    assert.equal(shown('\uD800'), '\uFFFD');
  });

  it('counts the end of a long one, and never cuts a character in two', () => {
    assert.equal(shown('abcdef', 4), 'abcd…(+2)');
    assert.equal(cut('ab\u{1F525}', 3), 'ab');
    assert.equal(cut('ab\u{1F525}', 4), 'ab\u{1F525}');
    assert.equal(shown('ab\u{1F525}c', 3), 'ab…(+3)');
  });

  it('has no line break where one line is meant', () => {
    assert.equal(onOneLine(' a \n\n b\n'), 'a ⏎ b');
    assert.equal(onOneLine('\n \n'), '');
  });
});
