import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anAction } from '../testing/records.ts';
import { countedStates, countsOf, isUnfinished, progressOf } from './plan-progress.ts';
import type { Action, ActionState, Plan } from './plan.ts';

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

/** A workflow whose entrance and executions stand like this. */
function standing(workflow: string, disable: ActionState, stop: ActionState): readonly Action[] {
  return [
    anAction({
      plan: 'p1',
      connection: 'n1',
      workflow,
      ref: workflow,
      lever: 'disable',
      state: disable,
    }),
    anAction({ plan: 'p1', connection: 'n1', workflow, ref: workflow, lever: 'stop', state: stop }),
  ];
}

function counted(...actions: readonly (readonly Action[])[]): string {
  return countedStates(progressOf(actions.flat()));
}

describe('how far a plan is', () => {
  it('shows what is off, though its executions are still to be stopped', () => {
    assert.equal(
      counted(
        standing('w1', 'verified', 'planned'),
        standing('w2', 'accepted', 'planned'),
        standing('w3', 'pending', 'requested'),
        standing('w4', 'planned', 'planned'),
        standing('w5', 'requested', 'planned'),
      ),
      '2 planned, 1 verified off with executions still to be stopped, 2 off and not verified yet',
    );
  });

  it('does not call skipped what a cancelled plan has switched off', () => {
    assert.equal(
      counted(
        standing('w1', 'verified', 'skipped'),
        standing('w2', 'verified', 'skipped'),
        standing('w3', 'skipped', 'skipped'),
        standing('w4', 'pending', 'skipped'),
      ),
      '1 skipped, 2 verified off with executions not stopped, 1 off and not verified yet',
    );
  });

  it('is counted so for machines, too', () => {
    const progress = progressOf(
      [
        standing('w1', 'verified', 'skipped'),
        standing('w2', 'skipped', 'skipped'),
        standing('w3', 'verified', 'planned'),
        standing('w4', 'pending', 'skipped'),
      ].flat(),
    );
    assert.deepEqual(countsOf(progress), {
      off_not_stopped: 1,
      skipped: 1,
      off_to_be_stopped: 1,
      off_unverified: 1,
    });
  });

  it('counts by the worst of what was done to each, the worst first', () => {
    assert.equal(
      counted(
        standing('w1', 'verified', 'verified'),
        standing('w2', 'verified', 'contradicted'),
        standing('w3', 'failed', 'planned'),
        standing('w4', 'verified', 'pending'),
      ),
      '1 contradicted, 1 failed, 1 pending, 1 verified',
    );
  });
});
