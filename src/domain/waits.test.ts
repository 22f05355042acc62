import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { minutesLater, night } from '../testing/containment.ts';
import { anAction } from '../testing/records.ts';
import type { Action } from './plan.ts';
import { waitsOf } from './waits.ts';

function waiting(ref: string, minutes: number, given: Partial<Action> = {}): Action {
  return anAction({
    plan: 'p1',
    connection: 'c1',
    workflow: `id-${ref}`,
    ref,
    state: 'pending',
    notBefore: minutesLater(minutes),
    ...given,
  });
}

describe('what waits for a later hour', () => {
  it('is told with its own reason, not with that of another', () => {
    const callers = 'It may still be called.';
    const schedule = 'Its schedule has not fired yet.';
    const actions = [
      waiting('w56', 5, { reason: callers }),
      waiting('w56', 60, { lever: 'stop', reason: 'Its entrance is not shut yet.' }),
      waiting('w37', 30, { reason: schedule }),
      waiting('w74', 10, { reason: callers }),
      waiting('w80', 20, { lever: 'stop', reason: 'Its entrance is not shut yet.' }),
      waiting('w90', 40, { state: 'verified' }),
      waiting('w91', -1),
    ];
    assert.deepEqual(waitsOf(actions, night), [
      { refs: ['w56', 'w74'], until: minutesLater(10), reason: callers },
      { refs: ['w80'], until: minutesLater(20), reason: 'Its entrance is not shut yet.' },
      { refs: ['w37'], until: minutesLater(30), reason: schedule },
    ]);
    assert.deepEqual(waitsOf([], night), []);
  });
});
