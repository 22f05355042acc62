import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aPlanInput, aWorkflow } from '../testing/containment.ts';
import { driftOf } from './drift.ts';
import { proposePlan } from './planning.ts';

function target({ active = true, live }: { active?: boolean; live?: string } = {}) {
  const hashes = { hash: 'whole', contentHash: 'draft', ...(live ? { liveHash: live } : {}) };
  const workflow = aWorkflow(1, { ...hashes, active });
  const [only] = proposePlan(aPlanInput([workflow], { named: new Set(['c1/id1']) })).plan.targets;
  return only ?? assert.fail('no target');
}

const found = { hash: 'other', contentHash: 'draft', active: true };

function whyLeft(...given: Parameters<typeof driftOf>): string {
  const drift = driftOf(...given);
  return drift.isTaken ? '' : drift.why;
}

describe('drift', () => {
  it('is none while all is as planned', () => {
    assert.deepEqual(driftOf(target(), { ...found, hash: 'whole' }), { isTaken: true });
  });

  it('is none when it is only off meanwhile', () => {
    assert.deepEqual(driftOf(target(), { ...found, active: false }), { isTaken: true });
  });

  it('is said when its draft changed, off or on, where that is what runs', () => {
    const changed = { ...found, contentHash: 'another' };
    assert.match(whyLeft(target(), changed), /^It changed since .* is still on;/);
    const off = whyLeft(target(), { ...changed, active: false });
    assert.match(off, /^It is off now, but changed .* does not keep it off;/);
  });

  it('is told of, and holds nothing off, when the draft alone changed', () => {
    const edited = { ...found, contentHash: 'another', liveHash: 'v1' };
    assert.deepEqual(driftOf(target({ live: 'v1' }), edited), {
      isTaken: true,
      moved: 'Its draft changed since the plan was made; what ran did not.',
    });
    assert.match(whyLeft(target({ live: 'v0' }), edited), /^It changed since .* is still on;/);
    // What was off has no version that was live: what runs now nobody has approved.
    assert.match(whyLeft(target({ active: false }), edited), /^It changed since/);
  });

  it('holds off no freeze, which takes whatever is there', () => {
    const other = { ...found, contentHash: 'another', liveHash: 'v2' };
    for (const was of [target({ live: 'v1' }), target({ active: false })]) {
      assert.deepEqual(driftOf(was, other, { isFreeze: true }), {
        isTaken: true,
        moved: 'It changed since the plan was made.',
      });
    }
  });

  it('is said when another version runs, or one that was off', () => {
    assert.match(whyLeft(target(), found), /^It changed since/);
    assert.match(whyLeft(target({ active: false }), found), /was off when .* is on now/);
  });

  it('is assumed where the draft was not recorded', () => {
    const { observedContent: _content, ...before } = target();
    assert.match(whyLeft(before, { ...found, active: false }), /does not keep it off/);
    assert.match(whyLeft(undefined, found), /^It changed/);
  });
});
