import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Fact } from '../domain/inventory.ts';
import { aFact } from '../testing/inventory.ts';
import { exposureOf } from './exposure.ts';

const credential = (id: number) => aFact('credential', `cr${id}`);
const open = aFact('webhook', 'pay', { auth: 'none' });

describe('how exposed a workflow is', () => {
  it('ranks open entries over code, code over the platform API, and that over credentials', () => {
    const ranked: Fact[][] = [
      [open, aFact('code', 'Code')],
      [aFact('form', 'apply', { auth: 'none' })],
      [aFact('host_access', 'Shell'), aFact('platform_api', 'n8n')],
      [aFact('code', 'Code'), credential(1)],
      [aFact('platform_api', 'n8n')],
      Array.from({ length: 1_500 }, (_, index) => credential(index)),
      [credential(1), credential(2), credential(2)],
      [credential(1)],
      [aFact('webhook', 'pay', { auth: 'basicAuth' }), aFact('host', 'a.example')],
    ];
    const scores = ranked.map(exposureOf);
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
    assert.equal(new Set(scores).size, scores.length);
  });

  it('counts what is live, and the draft where nothing is known to be live', () => {
    const live = aFact('host', 'a.example', { in: 'live' });
    assert.equal(exposureOf([{ ...open, in: 'draft' }, live]), 0);
    assert.equal(exposureOf([{ ...open, in: 'live' }, live]), exposureOf([open]));
    assert.equal(exposureOf([{ ...open, in: 'draft' }]), exposureOf([open]));
    assert.equal(exposureOf([{ ...open, disabled: true }]), 0);
  });
});
