import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  aPlanInput,
  ana,
  decider,
  minutesLater,
  night,
  someWorkflows,
  stored,
} from '../testing/containment.ts';
import { cancelPlan, pausePlan, verifyAgain } from './plan-life.ts';
import type { Action, Plan } from './plan.ts';
import { proposePlan } from './planning.ts';

function aPlan(overrides: Partial<Plan> = {}): { plan: Plan; actions: readonly Action[] } {
  const { plan, actions } = stored(proposePlan(aPlanInput(someWorkflows(2))).change);
  return { plan: { ...plan, ...overrides }, actions };
}

const acted = (action: Action): Action => ({
  ...action,
  state: 'verified',
  acceptedAt: night,
  settleBy: minutesLater(3),
  settledAt: night,
  emptySweeps: 2,
});

describe('pausing', () => {
  it('says how much is left', () => {
    const { plan, actions } = aPlan({ state: 'running' });
    const [first, ...rest] = actions;
    assert.ok(first);
    const change = pausePlan(plan, [acted(first), ...rest], decider(ana), 'Wait.');
    assert.equal(change.plans[0]?.state, 'paused');
    assert.equal(change.events[0]?.text, 'P-1 paused with 3 actions left. Wait.');
  });

  it('refuses when nothing is left to do, or nothing runs', () => {
    const { plan, actions } = aPlan({ state: 'running' });
    assert.throws(() => pausePlan(plan, actions.map(acted), decider(ana)), {
      message: /nothing to pause/,
    });
    assert.throws(() => pausePlan({ ...plan, state: 'finished' }, actions, decider(ana)), {
      message: /P-1 is finished/,
    });
  });
});

describe('cancelling', () => {
  it('skips every action of a plan that was never run, without a job', () => {
    const { plan, actions } = aPlan();
    const change = cancelPlan(plan, actions, decider(ana));
    assert.equal(change.plans[0]?.state, 'cancelled');
    assert.deepEqual(new Set(change.actions?.map((action) => action.state)), new Set(['skipped']));
    assert.deepEqual(change.jobs, []);
    assert.match(change.events[0]?.text ?? '', /nothing was done/);
  });

  it('leaves a running plan to its job, and gives a paused one a job to tidy up', () => {
    const running = aPlan({ state: 'running' });
    const change = cancelPlan(running.plan, running.actions, decider(ana));
    assert.deepEqual(change.actions, undefined);
    assert.deepEqual(change.jobs, []);
    const paused = aPlan({ state: 'paused' });
    assert.equal(cancelPlan(paused.plan, paused.actions, decider(ana)).jobs?.length, 1);
  });

  it('refuses what is over', () => {
    for (const state of ['finished', 'cancelled', 'denied', 'expired'] as const) {
      const { plan, actions } = aPlan({ state });
      assert.throws(() => cancelPlan(plan, actions, decider(ana)), {
        message: /cannot be cancelled/,
      });
    }
  });
});

describe('verifying again', () => {
  const later = minutesLater(60);

  it('forgets every verdict, so that a contradiction counts at once', () => {
    const { plan, actions } = aPlan({ state: 'finished', finishedAt: night });
    const change = verifyAgain(plan, actions.map(acted), decider(ana, later));
    assert.equal(change.plans[0]?.state, 'running');
    assert.equal(change.plans[0]?.finishedAt, undefined);
    for (const action of change.actions ?? []) {
      assert.equal(action.state, 'pending');
      assert.deepEqual(action.settleBy, later);
      assert.equal(action.emptySweeps, 0);
      assert.equal(action.settledAt, undefined);
    }
    assert.equal(change.jobs?.length, 1);
  });

  it('never makes a plan act that had ended', () => {
    const { plan, actions } = aPlan({ state: 'finished', finishedAt: night });
    const [first, ...rest] = actions;
    assert.ok(first);
    const change = verifyAgain(plan, [acted(first), ...rest], decider(ana, later));
    assert.deepEqual(
      change.actions?.map((action) => action.state),
      ['pending', 'skipped', 'skipped', 'skipped'],
    );
    const cancelled = { ...plan, state: 'cancelled' as const };
    assert.equal(
      verifyAgain(cancelled, [acted(first), ...rest], decider(ana, later)).plans[0]?.state,
      'cancelled',
    );
  });

  it('does not disturb a plan that is at it, unless it only waits for a later hour', () => {
    const { plan, actions } = aPlan({ state: 'running' });
    assert.throws(() => verifyAgain(plan, actions, decider(ana)), {
      message: /verifies as it goes/,
    });
    const waiting = actions.map((action): Action => ({
      ...acted(action),
      state: 'pending',
      notBefore: minutesLater(180),
    }));
    const change = verifyAgain(plan, waiting, decider(ana, later));
    assert.ok(change.actions?.every((action) => action.notBefore === undefined));
  });

  it('leaves alone what was taken back', () => {
    const { plan, actions } = aPlan({ state: 'finished', finishedAt: night });
    const undone = actions.map((action): Action => {
      const done = acted(action);
      return action.lever === 'disable' && action.ref === 'w1'
        ? { ...done, state: 'undone' }
        : done;
    });
    const change = verifyAgain(plan, undone, decider(ana, later));
    assert.deepEqual(
      change.actions?.map(({ ref, lever }) => `${ref} ${lever}`),
      ['w2 disable', 'w2 stop'],
    );
  });

  it('refuses when nothing was done', () => {
    const { plan, actions } = aPlan({ state: 'cancelled' });
    assert.throws(() => verifyAgain(plan, actions, decider(ana)), {
      message: /nothing can be verified/,
    });
  });
});
