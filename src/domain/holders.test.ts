import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anAction } from '../testing/records.ts';
import { holdersOf, withHolders } from './holders.ts';
import type { Holder } from './holders.ts';

const action = anAction({ plan: 'plan', connection: 'connection' });

const seen = (id: string, minute: number): Holder => ({
  id,
  name: id,
  how: 'answered',
  at: new Date(Date.UTC(2026, 10, 22, 3, minute)),
});

describe('who was seen at an address', () => {
  it('is remembered with the last time, whatever is told in between', () => {
    const first = withHolders(action, [seen('copy', 2), seen('other', 1)]);
    const again = withHolders(withHolders(first, [seen('copy', 1)]), [seen('other', 3)]);
    assert.deepEqual(holdersOf(again), [seen('other', 3), seen('copy', 2)]);
  });

  it('is forgotten only when twenty others were seen later', () => {
    const many = Array.from({ length: 21 }, (_, minute) => seen(`copy ${minute}`, minute));
    const kept = holdersOf(withHolders(action, many)).map(({ id }) => id);
    assert.equal(kept.length, 20);
    assert.ok(!kept.includes('copy 0'));
  });

  it('is nobody where nothing, or nothing readable, was kept', () => {
    assert.deepEqual(holdersOf(action), []);
    assert.deepEqual(holdersOf({ ...action, memo: { holders: [{ id: 'copy' }, 7] } }), []);
  });
});
