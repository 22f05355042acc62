import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  aConnection,
  aDecided,
  ana,
  anIncident,
  ben,
  decider,
  digester,
  minutesLater,
  night,
  rules,
} from '../testing/containment.ts';
import { startRun } from './plan-life.ts';
import { isUnsettled, voidPlan } from './plan-void.ts';
import type { Action } from './plan.ts';

const restored = { takenAt: night, now: minutesLater(5) };

describe('a plan that came out of a backup', () => {
  it('can never run again, however soon', () => {
    const decided = aDecided(2);
    const ended = voidPlan(decided.plan, decided.actions, restored);
    assert.throws(
      () =>
        startRun(
          { ...decided, plan: ended.plan, actions: ended.actions },
          {
            by: decider(ana, restored.now),
            incident: anIncident(),
            connections: [aConnection()],
            people: new Map([ana, ben].map((person) => [person.id, person])),
            aloneLately: 0,
            aloneShares: [],
            credentialsFinal: false,
            ...rules,
            digester,
          },
        ),
      /P-1 is cancelled/,
    );
    assert.ok(ended.actions.every(({ state }) => state === 'skipped'));
    assert.equal(isUnsettled(ended.plan, ended.actions), false);
  });

  it('says of what was under way that nobody knows', () => {
    const { plan, actions } = aDecided(2);
    const running = { ...plan, state: 'running', startedAt: night } as const;
    const [first, ...rest] = actions;
    assert.ok(first);
    const requested: Action = { ...first, state: 'requested', requestedAt: night };
    const ended = voidPlan(running, [requested, ...rest], restored);
    assert.equal(ended.actions[0]?.state, 'unverifiable');
    assert.equal(ended.plan.finishedAt, restored.now);
    assert.match(ended.event.text, /1 action is not known: look at the platform/);
  });

  it('that had ended is left alone, but for what still had to be looked at', () => {
    const { plan, actions } = aDecided(1);
    const finished = { ...plan, state: 'finished', startedAt: night, finishedAt: night } as const;
    const verified = actions.map((action) => ({ ...action, state: 'verified' as const }));
    assert.equal(isUnsettled(finished, verified), false);
    const [first, ...rest] = verified;
    assert.ok(first);
    const waiting: Action[] = [{ ...first, state: 'pending', notBefore: minutesLater(9) }, ...rest];
    assert.equal(isUnsettled(finished, waiting), true);
    const ended = voidPlan(finished, waiting, restored);
    assert.equal(ended.plan.state, 'finished');
    assert.equal(ended.event.kind, 'verification_broken_off');
    assert.deepEqual(
      ended.actions.map(({ state, notBefore }) => [state, notBefore]),
      [['unverifiable', undefined]],
    );
  });
});
