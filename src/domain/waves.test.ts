import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { wavesOf } from './waves.ts';

describe('waves', () => {
  it('put what is needed before who needs it, and the rest at once', () => {
    const needs = new Map([
      ['parent', ['child', 'other']],
      ['top', ['parent']],
    ]);
    assert.deepEqual(
      wavesOf(['child', 'other', 'parent', 'lone', 'top'], (one) => needs.get(one) ?? []),
      [['child', 'other', 'lone'], ['parent'], ['top']],
    );
  });

  it('hold every member once, each after all it needs that stands before it', () => {
    const members = fc.uniqueArray(fc.nat(30), { maxLength: 20 });
    fc.assert(
      fc.property(members, fc.array(fc.tuple(fc.nat(30), fc.nat(30))), (ordered, pairs) => {
        const needs = (one: number) => pairs.flatMap(([who, what]) => (who === one ? [what] : []));
        const waves = wavesOf(ordered, needs);
        assert.deepEqual(new Set(waves.flat()), new Set(ordered));
        assert.equal(waves.flat().length, ordered.length);
        const at = (one: number) => waves.findIndex((wave) => wave.includes(one));
        for (const [index, one] of ordered.entries()) {
          for (const needed of needs(one)) {
            const stands = ordered.indexOf(needed);
            if (stands !== -1 && stands < index) assert.ok(at(needed) < at(one));
          }
        }
      }),
    );
  });
});
