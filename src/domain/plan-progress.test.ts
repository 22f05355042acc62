import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isUnfinished } from './plan-progress.ts';
import type { Plan } from './plan.ts';

const expiresAt = new Date('2026-11-22T03:30:00Z');
const minutesAfter = (minutes: number) => new Date(expiresAt.getTime() + minutes * 60_000);

function aPlan(state: Plan['state']): Plan {
  return {
    id: 'p1',
    name: 'P-1',
    incident: 'i1',
    purpose: 'contain',
    query: 'tag:payments',
    levers: ['disable', 'stop'],
    targets: [],
    connections: [],
    requestedBy: 'ana',
    approvalsNeeded: 1,
    createdAt: minutesAfter(-30),
    expiresAt,
    nonce: 'nonce',
    digest: 'digest',
    state,
    revision: 1,
  };
}

describe('a plan that still needs somebody', () => {
  it('is one that waits for a yes until it expires', () => {
    assert.equal(isUnfinished(aPlan('proposed'), minutesAfter(-1)), true);
    assert.equal(isUnfinished(aPlan('proposed'), minutesAfter(1)), false);
  });

  it('is one that was approved in its last minute, for as long as it may still run', () => {
    assert.equal(isUnfinished(aPlan('approved'), minutesAfter(20)), true);
    assert.equal(isUnfinished(aPlan('approved'), minutesAfter(31)), false);
  });

  it('is none that is over', () => {
    for (const state of ['finished', 'denied', 'cancelled', 'expired'] as const) {
      assert.equal(isUnfinished(aPlan(state), minutesAfter(-10)), false);
    }
  });
});
