import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { code, inert, table } from './markdown.ts';

const joiner = '\u2060';

describe('inert text', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['cell borders', 'a | b', 'a &#124; b'],
    ['a backslash before a border', String.raw`a \| b`, 'a &#92;&#124; b'],
    ['tags', '<img src="x" onerror="y">', '&lt;img src="x" onerror="y">'],
    ['entities', '&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['links', '[pay](https://evil.example)', String.raw`\[pay\](hxxps:/${joiner}/evil.example)`],
    ['images', '![x](HTTP://t.example/p.png)', String.raw`!\[x\](HxxP:/${joiner}/t.example/p.png)`],
    ['bare addresses', 'see WWW.evil.example', String.raw`see WWW\[.\]evil.example`],
    ['mentions and issue numbers', '@channel fixes #12', `@${joiner}channel fixes #${joiner}12`],
    ['e-mail', 'mailto:ana@acme.test', `mailto${joiner}:ana@${joiner}acme.test`],
    ['code', '`rm -rf`', '\\`rm -rf\\`'],
    ['emphasis', '**a** _b_ ~~c~~', String.raw`\*\*a\*\* \_b\_ \~\~c\~\~`],
    ['templates and formulas', '{{ $json.url }}', String.raw`\{\{ \$json.url \}\}`],
    ['lines', ' one\r\n\n two\u2028three ', 'one ⏎ two ⏎ three'],
    ['a list', '- a', String.raw`\- a`],
    ['a numbered list', '1. a', String.raw`1\. a`],
    ['a quote', '> a', String.raw`\> a`],
    ['a heading', '# a', String.raw`\# a`],
    ['escape sequences', 'a\u001b[2Jb', String.raw`a‹U+001B›\[2Jb`],
    ['direction marks', 'a\u202eb', 'a‹U+202E›b'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
  ];
  for (const [name, text, expected] of cases) {
    it(`shows ${name} as text`, () => {
      assert.equal(inert(text), expected);
    });
  }

  it('leaves prose as it is', () => {
    const prose = 'Ünpublished w12 (“Pay out”, 14:05): it’s off; 3 > 2, 100% sure!';
    assert.equal(inert(prose), prose);
  });

  it('keeps to one line and lets no border, tag or backtick through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = inert(text);
        assert.doesNotMatch(shown, /[\n\r|<]|(?<!\\)[`[\]]|\/\/|@\w/);
      }),
    );
  });
});

it('shows ids and hashes as code, and what is neither as text', () => {
  assert.equal(code('3b7c'), '`3b7c`');
  assert.equal(code('a`b'), 'a\\`b');
});

it('draws a table', () => {
  assert.equal(table(['a', 'b'], [['1', '2']]), '| a | b |\n| --- | --- |\n| 1 | 2 |\n');
});
