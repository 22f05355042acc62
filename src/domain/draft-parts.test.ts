import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { whatMoved } from './draft-parts.ts';

const parts = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([name, digest]) => ({ name, digest }));

describe('what moved in a draft', () => {
  it('is told by part: changed, added, removed', () => {
    const before = parts({ 'node “Read”': '1', 'node “Send”': '2', connections: '3' });
    const now = parts({ 'node “Send”': '9', connections: '3', 'node “Log”': '4' });
    assert.equal(
      whatMoved(before, now),
      'changed: node “Send”; added: node “Log”; removed: node “Read”',
    );
  });

  it('is nothing for the same, in whatever order', () => {
    const before = parts({ a: '1', b: '2' });
    assert.equal(whatMoved(before, before.toReversed()), '');
  });

  it('counts what it leaves out', () => {
    const now = parts(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`n${at}`, '1'])));
    assert.equal(whatMoved([], now), 'added: n0, n1, n2, n3, n4 and 3 more');
  });
});
