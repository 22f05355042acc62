import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { UserError } from '../errors.ts';
import { parseQuery } from './parse.ts';

const at = { now: new Date('2026-11-22T10:00:00Z'), timeZone: 'Europe/Berlin' };

const signs = '( ) " \' “ AND OR not - ! : \\ * / < >= [ ] { } , — && || ≤';
const fields = 'name: host: changed: ran:< active: ref: constructor: nme: https:// hxxp://';
const values = 'w1 w2, c3 a 1h 9999w true 2026-11-20 14:05 TO 007 yesterday 🔥 é';
const invisible = ['\n', '\t', '\u00A0', '\u202E', '\uD800', '\uDC00', '\0', ''];
const parts = fc.constantFrom(...`${signs} ${fields} ${values}`.split(' '), ...invisible);

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(parts, { maxLength: 25 }).map((some) => some.join('')),
  fc.array(parts, { maxLength: 25 }).map((some) => some.join(' ')),
);

describe('hostile queries', () => {
  it('ends every one of 20,000 random strings in a query or a sentence', () => {
    let read = 0;
    fc.assert(
      fc.property(hostile, (typed) => {
        try {
          assert.ok(parseQuery(typed, at).kind);
          read += 1;
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          assert.ok(error.message !== '' && error.hint !== '');
        }
      }),
      { numRuns: 20_000, seed: 20_261_122 },
    );
    assert.ok(read > 2_000, `only ${read} were queries: the strings are too random to prove much`);
  });

  it('gives back any text that is quoted, and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (value) => {
        fc.pre(value.trim() === value);
        const quoted = `name:"${value.replaceAll(/["\\]/g, (found) => `\\${found}`)}"`;
        const term = { kind: 'text', field: 'name', value, wildcard: false };
        assert.deepEqual(parseQuery(quoted, at), term);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });
});
