import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aPlanInput, minutesLater, night, someWorkflows, stored } from '../testing/containment.ts';
import type { Action, ActionState, Plan, PlanState } from './plan.ts';
import { proposePlan } from './planning.ts';
import { byHandOf, isTakenBack, outcomeOf, standingsOf } from './standing.ts';

function aPlan(
  state: PlanState,
  states: readonly ActionState[],
  overrides: Partial<Plan> = {},
): { plan: Plan; actions: readonly Action[] } {
  const { plan, actions } = stored(proposePlan(aPlanInput(someWorkflows(2))).change);
  return {
    plan: { ...plan, state, startedAt: night, ...overrides },
    actions: actions.map((action, index) => ({
      ...action,
      state: states[index % states.length] ?? 'planned',
    })),
  };
}

const over = { finishedAt: minutesLater(1) };

describe('how far a plan has come', () => {
  it('is done only when every lever on every target is verified', () => {
    const done = aPlan('finished', ['verified'], over);
    assert.equal(outcomeOf(done.plan, done.actions, night), 'done');
    for (const state of ['unverifiable', 'skipped', 'accepted', 'pending', 'planned'] as const) {
      const { plan, actions } = aPlan('finished', ['verified', state], over);
      assert.equal(outcomeOf(plan, actions, night), 'unverified', state);
    }
    assert.equal(outcomeOf(done.plan, [], night), 'unverified');
  });

  it('has failed when anything was contradicted or failed', () => {
    for (const state of ['contradicted', 'failed'] as const) {
      const { plan, actions } = aPlan('finished', ['verified', state], over);
      assert.equal(outcomeOf(plan, actions, night), 'failed');
    }
  });

  it('does not call done what was taken back', () => {
    const back = aPlan('finished', ['undone', 'verified'], over);
    assert.equal(outcomeOf(back.plan, back.actions, night), 'unverified');
    assert.equal(isTakenBack(back.plan, back.actions), true);
    const half = aPlan('finished', ['undone', 'verified', 'verified', 'verified'], over);
    assert.equal(outcomeOf(half.plan, half.actions, night), 'unverified');
    assert.equal(isTakenBack(half.plan, half.actions), false);
  });

  it('is open while it runs, and not when only a later hour can settle it', () => {
    const { plan, actions } = aPlan('running', ['verified', 'pending']);
    assert.equal(outcomeOf(plan, actions, night), 'open');
    const waiting = actions.map((action) =>
      action.state === 'pending' ? { ...action, notBefore: minutesLater(180) } : action,
    );
    assert.equal(outcomeOf(plan, waiting, night), 'unverified');
    assert.equal(outcomeOf(plan, waiting, minutesLater(177)), 'open', 'that is near');
    assert.equal(outcomeOf(plan, waiting, minutesLater(180)), 'open');
  });

  it('is open until the job has written that it ended', () => {
    const { plan, actions } = aPlan('running', ['verified']);
    assert.equal(outcomeOf(plan, actions, night), 'open');
  });

  it('never calls a plan done that was not run', () => {
    for (const state of ['proposed', 'approved', 'paused'] as const) {
      const { plan, actions } = aPlan(state, ['planned']);
      assert.equal(outcomeOf(plan, actions, night), 'unverified');
    }
    for (const state of ['denied', 'expired'] as const) {
      const { plan, actions } = aPlan(state, ['planned']);
      assert.equal(outcomeOf(plan, actions, night), 'failed');
    }
  });

  it('shows a cancelled plan as what became of it', () => {
    const { plan, actions } = aPlan('cancelled', ['verified', 'skipped'], over);
    assert.equal(outcomeOf(plan, actions, night), 'unverified');
    const { startedAt: _startedAt, ...neverRun } = plan;
    assert.equal(outcomeOf(neverRun, actions, night), 'failed');
  });
});

describe('how each target stands', () => {
  it('shows its levers in the order in which they are pulled', () => {
    const { plan, actions } = aPlan('running', ['verified', 'contradicted', 'verified', 'pending']);
    assert.deepEqual(
      standingsOf(plan, actions.toReversed()).map(({ target, actions: levers }) => [
        target.ref,
        ...levers.map(({ lever, state }) => `${lever} ${state}`),
      ]),
      [
        ['w1', 'disable verified', 'stop contradicted'],
        ['w2', 'disable verified', 'stop pending'],
      ],
    );
  });
});

describe('what remains possible by hand', () => {
  it('is said once for all workflows for which it holds', () => {
    const { actions } = aPlan('running', ['verified']);
    const memo = { platform: null, contentHash: 'x', byHand: ['Anyone may publish it again.'] };
    assert.deepEqual(byHandOf(actions.map((action) => ({ ...action, memo }))), [
      { text: 'Anyone may publish it again.', refs: ['w1', 'w2'] },
    ]);
  });
});
