import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { fitsWildcards } from './wildcard.ts';

describe('a pattern with wildcards', () => {
  it('means the whole text, with any characters for each star', () => {
    for (const [text, pattern] of [
      ['prod', 'prod'],
      ['prod-eu', 'prod*'],
      ['eu-prod', '*prod'],
      ['a-prod-b', '*prod*'],
      ['abcabc', 'a*b*c'],
      ['', '*'],
      ['ab', 'a**b'],
    ] as const) {
      assert.equal(fitsWildcards(text, pattern), true, `${text} ~ ${pattern}`);
    }
  });

  it('takes no character twice, and nothing else', () => {
    for (const [text, pattern] of [
      ['prod', 'pro'],
      ['aba', 'ab*ba'],
      ['ab', 'a*b*b'],
      ['eu-prod-2', '*prod'],
      ['acb', 'a*b*c'],
      ['x', ''],
    ] as const) {
      assert.equal(fitsWildcards(text, pattern), false, `${text} ~ ${pattern}`);
    }
  });
});
