import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { UserError } from '../errors.ts';
import {
  aConnection,
  aDecided,
  after,
  ana,
  anIncident,
  approver,
  ben,
  decider,
  digester,
  everyone,
  night,
  rules,
  viewer,
} from '../testing/containment.ts';
import { approve, deny } from './approval.ts';
import { cancelPlan, pausePlan, startRun } from './plan-life.ts';
import type { Plan } from './plan.ts';

type Step = { readonly do: string; readonly who: number; readonly minutes: number };

const aStep = fc.record({
  do: fc.constantFrom('approve', 'deny', 'run', 'pause', 'cancel', 'tamper', 'grow', 'reconnect'),
  who: fc.nat({ max: everyone.length - 1 }),
  minutes: fc.nat({ max: 25 }),
});

function at(who: number, verb: string): Step {
  return { do: verb, who, minutes: 1 };
}

/** Plays steps as a store would: what throws changes nothing. Returns each start with who had said yes. */
function play(targets: number, steps: readonly Step[]) {
  let decided = aDecided(targets);
  let now = night;
  let epoch = 1;
  let touched = false;
  const starts: { plan: Plan; yes: readonly string[]; touched: boolean; epoch: number }[] = [];
  for (const step of steps) {
    const person = everyone[step.who] ?? ana;
    now = new Date(now.getTime() + step.minutes * 60_000);
    const by = decider(person, now);
    try {
      switch (step.do) {
        case 'approve':
          decided = after(decided, approve(decided, { by, digester, ...rules }));
          break;
        case 'deny':
          decided = after(decided, deny(decided, { by, digester, ...rules }));
          break;
        case 'pause':
          decided = after(decided, pausePlan(decided.plan, decided.actions, by));
          break;
        case 'cancel':
          decided = after(decided, cancelPlan(decided.plan, decided.actions, by));
          break;
        case 'tamper':
          touched = true;
          decided = { ...decided, plan: { ...decided.plan, query: 'changed' } };
          break;
        case 'grow':
          touched = true;
          decided = {
            ...decided,
            actions: decided.actions.map((action) => ({ ...action, workflow: 'other' })),
          };
          break;
        case 'reconnect':
          epoch += 1;
          break;
        default: {
          const change = startRun(decided, {
            by,
            incident: anIncident(),
            connections: [aConnection({ epoch })],
            people: new Map(everyone.map((one) => [one.id, one])),
            aloneLately: 0,
            aloneShares: [],
            credentialsFinal: false,
            ...rules,
            digester,
          });
          const yes = decided.approvals.flatMap((one) =>
            one.decision === 'yes' ? [one.person] : [],
          );
          starts.push({ plan: decided.plan, yes, touched, epoch });
          decided = after(decided, change);
        }
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return starts;
}

describe('whatever is done in whatever order', () => {
  const steps = fc.array(aStep, { maxLength: 12 });

  it('never runs more than five targets without the yes of somebody else who may', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 8 }), steps, (targets, sequence) => {
        for (const start of play(targets, sequence)) {
          assert.ok(start.yes.some((person) => person === ben.id || person === approver.id));
          assert.ok(!start.yes.includes(ana.id));
          assert.ok(!start.yes.includes(viewer.id));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never runs what was changed after it was made', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), steps, (targets, sequence) => {
        for (const start of play(targets, sequence)) {
          assert.ok(!start.touched);
          assert.equal(start.epoch, 1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does run when the rules are kept, so that the above is not empty', () => {
    assert.equal(play(6, [at(1, 'approve'), at(0, 'run')]).length, 1);
    assert.equal(play(5, [at(0, 'run')]).length, 1);
  });
});
