import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Structure } from './structure.ts';
import { copyLikeness, likeness } from './structure.ts';

const theft: Structure = ['k1', 'k2', 'k3', 'k4', 'l12', 'l23', 'l34', 'p2', 'p3', 'p4'];
const without = (part: string): Structure => theft.filter((one) => one !== part);

describe('the likeness of two workflows', () => {
  it('is all for the same parts, and nothing where none is shared', () => {
    assert.equal(likeness(theft, [...theft]), 1);
    assert.equal(likeness(theft, ['k9']), 0);
    assert.equal(likeness([], []), 0);
  });

  it('counts a part as often as it is there', () => {
    assert.equal(likeness(['a', 'a', 'b'], ['a', 'b']), 2 / 3);
    assert.equal(likeness(['a', 'b'], ['a', 'a', 'b']), 2 / 3);
  });

  it('makes a copy of what is the same, and of what differs in one step', () => {
    assert.equal(copyLikeness([theft], [theft]), 1);
    assert.ok(copyLikeness([theft], [[...without('p4'), 'p5']]) >= 0.75);
  });

  it('makes no copy of what has the same shape and other settings', () => {
    const other = theft.map((part) => (part.startsWith('p') ? `${part}x` : part));
    assert.equal(copyLikeness([theft], [other]), 0);
  });

  it('makes no copy of what is too small to be told apart', () => {
    assert.equal(copyLikeness([['k1']], [['k1']]), 0);
    assert.equal(copyLikeness([['k1', 'p1']], [['k1', 'p1']]), 1);
    assert.equal(copyLikeness([['k1', 'k2', 'l12', 'p1']], [['k1', 'k2', 'l12']]), 0);
  });

  it('makes no copy of what shares nothing but entrances and steps without settings', () => {
    assert.equal(copyLikeness([['e1', 'k1', 'k2', 'l12']], [['e1', 'k1', 'k2', 'l12']]), 0);
    const long = ['e1', 'k1', 'k2', 'k3', 'k4', 'l12', 'l23', 'l34'];
    assert.equal(copyLikeness([[...long, 'p4']], [[...long, 'p5']]), 0);
    assert.equal(copyLikeness([[...long, 'p4']], [[...long, 'p4']]), 1);
  });

  it('knows entrances that an earlier version kept as any other step', () => {
    assert.equal(
      copyLikeness([['k1', 'k2', 'l12', 'p1', 'p2']], [['e1', 'k1', 'k2', 'l12', 'p2']]),
      1,
    );
    assert.equal(copyLikeness([['k1', 'k2', 'l12', 'p1']], [['e1', 'k1', 'k2', 'l12']]), 0);
  });

  it('is that of the two versions that are most alike', () => {
    assert.equal(copyLikeness([['k9'], theft], [['k8'], theft]), 1);
    assert.equal(copyLikeness([], [theft]), 0);
  });
});
