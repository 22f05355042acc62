import assert from 'node:assert/strict';
import { it } from 'node:test';

import { shippedPolicy } from '../approval-policy.ts';
import { aPlanInput, someWorkflows, stored } from '../testing/containment.ts';
import { boundsPast } from './bounds.ts';
import { proposePlan } from './planning.ts';

const aloneShares = [{ name: 'prod', workflows: 31, of: 100 }];

it('single nodes count in both bounds like whole workflows; what is taken back in none', () => {
  const { plan } = stored(proposePlan(aPlanInput(someWorkflows(1))).change);
  const past = (purpose: 'contain' | 'mute' | 'undo' | 'unmute', aloneLately: number) =>
    boundsPast({ ...plan, purpose }, { policy: shippedPolicy, aloneLately, aloneShares }).length;
  assert.deepEqual([past('contain', 20), past('mute', 20)], [2, 2]);
  assert.deepEqual([past('contain', 0), past('mute', 0)], [1, 1]);
  assert.deepEqual([past('undo', 20), past('unmute', 20)], [0, 0]);
});
