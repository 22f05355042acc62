import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { maxJsonDepth, parseBounded } from './bounded-json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseBounded', () => {
  it('reads any JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.deepEqual(parseBounded(bytes(text)), JSON.parse(text));
      }),
    );
  });

  it('counts no brackets inside strings, also behind escaped quotes', () => {
    const text = JSON.stringify({ a: `${'['.repeat(1_000)}"\\"{{{\\` });
    assert.deepEqual(parseBounded(bytes(text)), JSON.parse(text));
  });

  it('refuses what is nested too deeply, however long', () => {
    const deepest = '['.repeat(maxJsonDepth) + ']'.repeat(maxJsonDepth);
    assert.ok(Array.isArray(parseBounded(bytes(deepest))));
    assert.throws(() => parseBounded(bytes(`[${deepest}]`)), RangeError);
    assert.throws(() => parseBounded(bytes('{"a":'.repeat(1_000_000))), RangeError);
  });

  it('refuses cut text and broken UTF-8', () => {
    assert.throws(() => parseBounded(bytes('{"a":"b')), SyntaxError);
    assert.throws(() => parseBounded(new Uint8Array([0x22, 0xff, 0x22])), TypeError);
  });
});
