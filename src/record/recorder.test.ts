import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { Json } from '../domain/json.ts';
import { checkJson, deepestNesting } from './allowed.ts';
import type { EntryFacts } from './record.ts';
import { makeRecorder } from './recorder.ts';

const recorder = makeRecorder();
const salt = Buffer.alloc(32, 7).toString('base64url');

describe('canonical text', () => {
  it('sorts keys by UTF-16 code unit and escapes as RFC 8785 does', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufe33': 3, '1': 4, '\u{1f600}': 5, a: [true, null] };
    assert.equal(
      recorder.canonical({ ...value, text: '\b\t\n\f\r"\\/\u000f\u2028é' }),
      '{"\\r":2,"1":4,"a":[true,null],"text":"\\b\\t\\n\\f\\r\\"\\\\/\\u000f\u2028é","€":1,"😀":5,"\ufe33":3}',
    );
  });

  const forbidden: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['undefined in an object, which canonicalize would drop', { a: undefined }],
    ['a hole in a list', [1, , 2]], // oxlint-disable-line no-sparse-arrays
    ['a float', 1.5],
    ['a number beyond 2^53 - 1', 9_007_199_254_740_992],
    ['minus zero', -0],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a bigint', 1n],
    ['a symbol', Symbol('a')],
    ['a function', () => 1],
    ['a Date, which canonicalize would turn into text', new Date(0)],
    ['a Map', new Map([['a', 1]])],
    ['bytes', new Uint8Array(2)],
    ['a boxed string', Object('a')],
    ['an object with toJSON', { toJSON: () => 'a' }],
    ['half of a surrogate pair', '\ud800'],
    ['a key with half of a surrogate pair', { '\udc00': 1 }],
    ['text that is not in NFC', 'e\u0301'],
    ['a key that is not in NFC', { 'e\u0301': 1 }],
    ['U+0000', 'a\0b'],
  ];
  for (const [name, value] of forbidden) {
    it(`refuses ${name}`, () => {
      assert.throws(() => checkJson({ deep: [value] }), /timeline cannot hold/);
    });
  }

  it('refuses nesting beyond the limit, a cycle too, and takes the limit itself', () => {
    assert.equal(recorder.canonical(nested(deepestNesting)).length, 2 * deepestNesting + 3);
    assert.throws(() => recorder.canonical(nested(deepestNesting + 1)), /levels/);
    const cycle: Json[] = [];
    cycle.push(cycle);
    assert.throws(() => recorder.canonical(cycle), /levels/);
  });

  it('names the place and never the value of what it refuses', () => {
    assert.throws(() => recorder.canonical({ token: ['sk_live_4711\0'] }), {
      message: 'The timeline cannot hold the character U+0000, at $.token[0].',
    });
  });

  it('survives a round trip through any JSON parser', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = recorder.canonical(value);
        assert.equal(recorder.canonical(JSON.parse(text)), text);
      }),
    );
  });

  it('keeps a key called __proto__', () => {
    assert.equal(recorder.canonical(JSON.parse('{"__proto__":1,"a":2}')), '{"__proto__":1,"a":2}');
  });
});

describe('commitment', () => {
  it('is SHA-256 over the salt bytes and the canonical value', () => {
    const expected = createHash('sha256').update(Buffer.alloc(32, 7)).update('{"a":1,"b":"é"}');
    assert.equal(recorder.commit(salt, { b: 'é', a: 1 }), expected.digest('base64url'));
  });

  for (const bad of ['', 'AAAA', `${salt}=`, Buffer.alloc(31).toString('base64url'), `${salt}A`]) {
    it(`refuses the salt "${bad}"`, () => {
      assert.throws(() => recorder.commit(bad, 'x'), /A salt is 32 bytes/);
    });
  }
});

describe('entry in two halves', () => {
  it('gives the canonical entry once the database has filled the middle', () => {
    fc.assert(
      fc.property(facts, fc.nat(), fc.option(fc.integer()), (entry, seq, skewMs) => {
        const { before, after } = recorder.splitEntry(entry);
        const prev = 'ab'.repeat(32);
        const at = '2026-11-22T08:17:44.123Z';
        const skew = skewMs === null ? '' : `,"skew_ms":${skewMs}`;
        assert.equal(
          `${before}${prev}","recorded_at":"${at}","seq":${seq}${skew}${after}`,
          recorder.canonical({
            ...entry,
            v: 1,
            prev,
            recorded_at: at,
            seq,
            ...(skewMs === null ? {} : { skew_ms: skewMs }),
          }),
        );
      }),
    );
  });

  it('is not confused by text that looks like the gap', () => {
    const gap = '"prev":"","recorded_at":"","seq":0';
    const { before } = recorder.splitEntry({ ...anEntry, incident: gap, id: gap, kind: gap });
    assert.ok(before.endsWith('"occurred_at":"2026-11-22T08:17:44.123Z","prev":"'));
  });
});

it('hashes the genesis behind its own domain', () => {
  const genesis = { tenant: 't', incident: 'i', created_at: 'c', key_id: 'k', nonce: 'n' };
  const text = '{"created_at":"c","incident":"i","key_id":"k","nonce":"n","tenant":"t"}';
  assert.equal(
    recorder.genesis({ ...genesis, more: 'from a row' } as typeof genesis),
    createHash('sha256').update(`timeline-genesis-v1\n${text}`).digest('hex'),
  );
});

const nested = (levels: number): Json => (levels === 0 ? 'x' : [nested(levels - 1)]);

const anEntry: EntryFacts = {
  tenant: 't',
  incident: 'i',
  id: 'e',
  kind: 'note_added',
  occurred_at: '2026-11-22T08:17:44.123Z',
  source: 'cli',
  actor_commit: 'a',
  body_commit: 'b',
  attachments: [],
};

const text = fc
  .string({ unit: 'grapheme' })
  .map((any) => any.normalize('NFC').replaceAll('\0', ''));

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.maxSafeInteger().map((any) => any + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const facts: fc.Arbitrary<EntryFacts> = fc.record({
  tenant: text,
  incident: text,
  id: text,
  kind: text,
  occurred_at: text,
  source: text,
  actor_commit: text,
  body_commit: text,
  attachments: fc.array(fc.record({ sha256: text, size: fc.nat(), type: text }), { maxLength: 3 }),
});
