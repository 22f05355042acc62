import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { makeRecorder } from '../record/recorder.ts';
import { checkedInstant, recordableActor, recordableBody, textLimit } from './recordable.ts';

const same = (text: string) => text;

describe('what is recorded of an event', () => {
  it('is composed, well-formed and free of NUL, whatever a platform calls its things', () => {
    const { text, data } = recordableBody(
      { text: 'e\u0301 \ud800 \0', data: { 'e\u0301': ['\udfff', { x: 'A\u030a\0' }] } },
      same,
    );
    assert.equal(text, 'é \ufffd \ufffd');
    assert.deepEqual(data, { é: ['\ufffd', { x: 'Å\ufffd' }] });
  });

  it('ends after so many code points, never inside one', () => {
    const body = recordableBody({ text: '🔥'.repeat(textLimit + 1) }, same);
    const points = Array.from(body.text);
    assert.equal(points.length, textLimit);
    assert.equal(points.at(-1), '…');
    assert.ok(points.slice(0, -1).every((point) => point === '🔥'));
    const whole = '🔥'.repeat(textLimit);
    assert.equal(recordableBody({ text: whole }, same).text, whole);
  });

  it('keeps what a person said of themselves out of the actor but for id and name', () => {
    const person = { kind: 'person', id: 'p', name: 'Ana', email: 'ana@acme.test' } as const;
    assert.deepEqual(recordableActor(person, same), { kind: 'person', id: 'p', name: 'Ana' });
  });

  it('can always be committed to, for any text and any JSON without fractions', () => {
    const recorder = makeRecorder();
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any')),
        fc.dictionary(fc.string({ unit: 'binary' }), tie('any')),
      ),
    })).any;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), value, (text, any) => {
        const data = JSON.parse(JSON.stringify({ any }));
        const body = recordableBody({ text, data }, same);
        assert.ok(Array.from(body.text).length <= textLimit);
        recorder.canonical(body);
      }),
    );
  });

  it('happened at a time that a calendar knows', () => {
    const good = new Date('2026-11-22T08:00:00Z');
    assert.equal(checkedInstant(good), good);
    for (const bad of [new Date(Number.NaN), new Date(8.64e15), new Date(-8.64e15)]) {
      assert.throws(() => checkedInstant(bad), RangeError);
    }
  });
});
