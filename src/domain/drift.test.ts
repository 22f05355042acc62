import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aPlanInput, aWorkflow } from '../testing/containment.ts';
import { driftOf } from './drift.ts';
import { proposePlan } from './planning.ts';

function target(active = true) {
  const workflow = aWorkflow(1, { hash: 'whole', contentHash: 'draft', active });
  const [only] = proposePlan(aPlanInput([workflow], { named: new Set(['c1/id1']) })).plan.targets;
  return only ?? assert.fail('no target');
}

const found = { hash: 'other', contentHash: 'draft', active: true };

describe('drift', () => {
  it('is none while all is as planned', () => {
    assert.equal(driftOf(target(), { ...found, hash: 'whole' }), undefined);
  });

  it('is none when it is only off meanwhile', () => {
    assert.equal(driftOf(target(), { ...found, active: false }), undefined);
  });

  it('is said when its draft changed, off or on', () => {
    const changed = { ...found, contentHash: 'another' };
    assert.match(driftOf(target(), changed) ?? '', /^It changed since .* is still on;/);
    const off = driftOf(target(), { ...changed, active: false });
    assert.match(off ?? '', /^It is off now, but changed .* does not keep it off;/);
  });

  it('is said when another version runs, or one that was off', () => {
    assert.match(driftOf(target(), found) ?? '', /^It changed since/);
    assert.match(driftOf(target(false), found) ?? '', /was off when .* is on now/);
  });

  it('is assumed where the draft was not recorded', () => {
    const { observedContent: _content, ...before } = target();
    assert.match(driftOf(before, { ...found, active: false }) ?? '', /does not keep it off/);
    assert.match(driftOf(undefined, found) ?? '', /^It changed/);
  });
});
