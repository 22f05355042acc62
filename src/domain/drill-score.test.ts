import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { minutesLater, night } from '../testing/containment.ts';
import { aPlan, anAction } from '../testing/records.ts';
import type { DrillDeeds } from './drill-score.ts';
import { scoreInWords, scoreOf } from './drill-score.ts';
import type { Action, ActionState, Approval, Plan } from './plan.ts';
import type { Scenario } from './scenario.ts';

const minuteMs = 60_000;
const shop = 'c1';

const scenario: Scenario = {
  id: 'leak',
  title: 'A leak',
  severity: 'sev2',
  estate: 'shop',
  briefing: 'Find it.',
  answer: { contain: ['Charge', 'Refund'], revoke: ['Stripe'], tolerate: ['Alarm'] },
  goals: { planMs: 5 * minuteMs, leaveMs: 10 * minuteMs, verifiedMs: 20 * minuteMs },
  stage: {},
};
const drill = { scenario, connection: shop, startedAt: night };

type Tried = readonly [name: string, state: ActionState];

function planned(minute: number, tried: readonly Tried[], more: Partial<Plan> = {}) {
  const plan = aPlan({
    name: `P-${minute}`,
    incident: 'i1',
    requestedBy: 'ana',
    createdAt: minutesLater(minute),
    startedAt: minutesLater(minute + 1),
    targets: tried.map(([name]) => ({
      connection: shop,
      id: name,
      ref: 'w1',
      name,
      observedHash: 'h',
      observedAt: night,
      active: true,
      breaks: [],
      because: [],
    })),
    ...more,
  });
  const actions: readonly Action[] = tried.map(([name, state]) =>
    anAction({
      plan: plan.id,
      connection: shop,
      workflow: name,
      workflowName: name,
      state,
      acceptedAt: minutesLater(minute + 1),
      settledAt: minutesLater(minute + 2),
      ...(state === 'contradicted' ? { reason: 'It is on.' } : {}),
    }),
  );
  const approvals: readonly Approval[] = [];
  return { plan, approvals, actions };
}

const dead: DrillDeeds['revocations'] = [
  {
    incident: 'i1',
    connection: shop,
    credential: 'k',
    ref: 'c1',
    name: 'Stripe',
    state: 'confirmed_dead',
    text: 'Refused.',
    at: night,
    revision: 1,
  },
];

describe('the score of a drill', () => {
  it('is passed when all was done in time and nothing else was hit', () => {
    const all = planned(2, [
      ['Alarm', 'verified'],
      ['Charge', 'verified'],
      ['Refund', 'verified'],
    ]);
    const score = scoreOf(drill, { plans: [all], revocations: dead });
    assert.deepEqual(score, {
      times: { planMs: 2 * minuteMs, leaveMs: 3 * minuteMs, verifiedMs: 4 * minuteMs },
      wanted: 3,
      missed: [],
      collateral: [],
      passed: true,
    });
  });

  it('is not passed when it came too late', () => {
    const late = planned(6, [
      ['Charge', 'verified'],
      ['Refund', 'verified'],
    ]);
    const score = scoreOf(drill, { plans: [late], revocations: dead });
    assert.deepEqual([score.missed, score.passed], [[], false]);
  });

  it('says of each miss why it is one, and never when all was verified', () => {
    const came = planned(1, [['Charge', 'contradicted']]);
    const score = scoreOf(drill, { plans: [came], revocations: [] });
    assert.deepEqual(score.missed, [
      { name: 'Charge', why: 'P-1: contradicted. It is on.' },
      { name: 'Refund', why: 'in no plan that was run' },
      { name: 'Stripe', why: 'nothing was done about it at its provider' },
    ]);
    assert.equal(score.times.verifiedMs, undefined);
    assert.match(
      scoreInWords(score),
      /^not passed\. .*all verified never\. Missed 3 of 3: “Charge”/,
    );
  });

  it('says that a miss is off where only its executions were not stopped', () => {
    const left = planned(1, [
      ['Charge', 'verified'],
      ['Charge', 'skipped'],
    ]);
    const actions = left.actions.map((one, index) => {
      return index === 0 ? one : { ...one, lever: 'stop' as const };
    });
    const score = scoreOf(drill, { plans: [{ ...left, actions }], revocations: dead });
    assert.deepEqual(score.missed[0], {
      name: 'Charge',
      why: 'P-1: verified off with executions not stopped',
    });
  });

  it('counts what was contained once more, and not what was taken back', () => {
    const first = planned(1, [['Charge', 'contradicted']]);
    const again = planned(3, [['Charge', 'verified']]);
    const undone = planned(4, [['Refund', 'undone']]);
    const { missed } = scoreOf(drill, { plans: [first, again, undone], revocations: dead });
    assert.deepEqual(missed, [{ name: 'Refund', why: 'P-4: undone' }]);
  });

  it('counts what came back once it was verified off, unless it is hostile', () => {
    const { plan, approvals, actions } = planned(1, [
      ['Charge', 'undone'],
      ['Refund', 'undone'],
    ]);
    const stops = actions.map((one): Action => ({
      ...one,
      lever: 'stop',
      state: 'verified',
      settledAt: minutesLater(4),
    }));
    const deeds = {
      plans: [{ plan, approvals, actions: [...actions, ...stops] }],
      revocations: dead,
    };
    const within = (hostile?: readonly string[]) => ({
      ...drill,
      scenario: {
        ...scenario,
        answer: { ...scenario.answer, ...(hostile === undefined ? {} : { hostile }) },
      },
    });
    assert.equal(scoreOf(within([]), deeds).times.verifiedMs, 4 * minuteMs);
    const { missed } = scoreOf(within(['Refund']), deeds);
    assert.deepEqual(missed, [{ name: 'Refund', why: 'P-1: undone' }]);
    assert.equal(scoreOf(within(), deeds).missed.length, 2);
    const unproved = { plans: [{ plan, approvals, actions }], revocations: dead };
    assert.equal(scoreOf(within([]), unproved).missed.length, 2);
  });

  it('names what was switched off without need, also when it was taken back', () => {
    const plans = [
      planned(1, [
        ['Label', 'undone'],
        ['Alarm', 'verified'],
        ['Charge', 'verified'],
        ['Refund', 'verified'],
      ]),
    ];
    const { collateral, missed, passed } = scoreOf(drill, { plans, revocations: dead });
    assert.deepEqual(collateral, ['w1 “Label” disabled']);
    assert.deepEqual([missed, passed], [[], false], 'all else was done, and it is not passed');
  });

  it('takes the yes that was enough for the leave, and none while one is missing', () => {
    const { startedAt: _startedAt, ...waiting } = planned(1, [['Charge', 'planned']]).plan;
    const plan = { ...waiting, approvalsNeeded: 1 };
    const yes = {
      plan: plan.id,
      digest: '',
      person: 'ben',
      decision: 'yes',
      at: minutesLater(4),
    } as const;
    const timesWith = (approvals: readonly Approval[]) =>
      scoreOf(drill, { plans: [{ plan, approvals, actions: [] }], revocations: [] }).times;
    assert.deepEqual(timesWith([]), { planMs: minuteMs });
    assert.deepEqual(timesWith([yes]), { planMs: minuteMs, leaveMs: 4 * minuteMs });
  });
});
