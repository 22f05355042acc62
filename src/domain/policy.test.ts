import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readPolicy, shippedPolicy } from '../approval-policy.ts';
import {
  aConnection,
  aPerson,
  aPlanInput,
  after,
  ana,
  anIncident,
  ben,
  decider,
  digester,
  minutesLater,
  rules,
  someWorkflows,
  stored,
} from '../testing/containment.ts';
import type { Decided } from './approval.ts';
import { approve } from './approval.ts';
import type { LeaveCheck } from './leave.ts';
import type { Decider } from './plan-change.ts';
import { startRun } from './plan-life.ts';
import type { PlanPurpose } from './plan.ts';
import { proposePlan } from './planning.ts';
import { classInWords, classOf, leaveFor, needsInWords, yesesNeeded } from './policy.ts';

function planned(targets: number, connection = aConnection()): Decided {
  const input = aPlanInput(someWorkflows(targets), { connections: [connection] });
  return { ...stored(proposePlan(input).change), approvals: [] };
}

function run(decided: Decided, given: Partial<LeaveCheck> = {}) {
  return startRun(decided, {
    by: decider(ana, minutesLater(2)),
    incident: anIncident({ severity: 'sev3' }),
    connections: [aConnection()],
    people: new Map([ana, ben].map((person) => [person.id, person])),
    aloneLately: 0,
    aloneShares: [],
    credentialsFinal: false,
    digester,
    ...rules,
    ...given,
  });
}

const named = (purpose: PlanPurpose, targets: number) =>
  classOf(shippedPolicy, { purpose, targets });

const withCode: Decider = { ...decider(ana, minutesLater(2)), steppedUp: 'totp' };

describe('the class of a plan', () => {
  it('follows from what it does and to how many', () => {
    assert.deepEqual(
      [named('contain', 5), named('contain', 6), named('revoke', 1), named('undo', 40)],
      ['R1', 'R2', 'R3', 'reverse'],
    );
  });

  it('is a part of what is approved, with the version of the policy', () => {
    const { plan } = planned(6);
    assert.equal(plan.leave?.class, 'R2');
    assert.equal(plan.leave.policy, shippedPolicy.version);
    const lowered = { ...plan, leave: { ...plan.leave, ways: shippedPolicy.classes.R1.ways } };
    assert.throws(() => run({ ...planned(6), plan: lowered }), /PLAN_TAMPERED/);
  });

  it('is told in words with what it needs', () => {
    const { leave, approvalsNeeded } = planned(6).plan;
    assert.ok(leave);
    assert.equal(
      classInWords(shippedPolicy, leave),
      'R2, reversible, many workflows or a person’s access (policy 3)',
    );
    assert.equal(
      needsInWords(leave, approvalsNeeded),
      'the yes of another approver or responder; or in a sev1 or sev2 one responder with a code',
    );
  });
});

describe('what a plan needs', () => {
  it('is one responder with a code in a sev1 or sev2, for many workflows', () => {
    assert.throws(() => run(planned(6), { by: withCode }), /needs the yes of another person/);
    assert.throws(() => run(planned(6), { incident: anIncident({ severity: 'sev1' }) }), /yes of/);
    const change = run(planned(6), { by: withCode, incident: anIncident({ severity: 'sev1' }) });
    assert.equal(change.plans[0]?.state, 'running');
  });

  it('is no code in a drill, where nothing real is harmed', () => {
    const drill = leaveFor(shippedPolicy, { purpose: 'revoke', targets: 1 }, true);
    assert.ok(drill.ways.every(({ stepUp }) => !stepUp));
    const many = leaveFor(shippedPolicy, { purpose: 'contain', targets: 6 }, true);
    assert.deepEqual(many.ways, [shippedPolicy.classes.R2.ways[0]]);
    assert.equal(drill.roleAgeMs, 0);
    const real = leaveFor(shippedPolicy, { purpose: 'revoke', targets: 1 }, false);
    assert.ok(real.ways.every(({ stepUp }) => stepUp));
  });

  it('is worked out anew when it runs: a drill that became production is void', () => {
    const drill = planned(6, aConnection({ environment: 'drill' }));
    assert.throws(() => run(drill), /needs something else now/);
  });

  it('depends on the credentials of the incident for a way back', () => {
    const reverse = leaveFor(shippedPolicy, { purpose: 'undo', targets: 3 }, false);
    assert.equal(yesesNeeded(reverse, { credentialsFinal: true }), 0);
    assert.equal(yesesNeeded(reverse, { credentialsFinal: false }), 1);
  });
});

describe('a plan that was made under another policy', () => {
  it('is void: nobody may approve or run it', () => {
    const decided = planned(6);
    const policy = { ...shippedPolicy, version: shippedPolicy.version + 1 };
    const instanceSince = rules.instanceSince;
    const by = decider(ben, minutesLater(1));
    assert.throws(
      () => approve(decided, { by, digester, policy, instanceSince }),
      /before the approval policy/,
    );
    const yes = after(decided, approve(decided, { by, digester, ...rules }));
    assert.throws(() => run(yes, { policy }), /before the approval policy that holds now/);
    assert.equal(run(yes).plans[0]?.state, 'running');
  });

  it('is void as well when it is from before there was a policy', () => {
    const { leave: _leave, ...old } = planned(3).plan;
    assert.throws(() => run({ ...planned(3), plan: { ...old } }), /PLAN_TAMPERED/);
    assert.throws(
      () =>
        approve(
          { ...planned(3), plan: old },
          {
            by: decider(aPerson({ id: 'x', permissions: ['approver'] }), minutesLater(1)),
            digester,
            ...rules,
          },
        ),
      /PLAN_TAMPERED/,
    );
  });
});

describe('reading a policy', () => {
  it('refuses one that lets a single person do what cannot be taken back', () => {
    const { classes } = shippedPolicy;
    const R3 = { ...classes.R3, ways: [{ persons: 1, others: [], stepUp: true }] };
    assert.throws(
      () => readPolicy({ ...shippedPolicy, classes: { ...classes, R3 } }),
      /two persons/,
    );
    const { R4: _R4, ...others } = classes;
    assert.throws(() => readPolicy({ ...shippedPolicy, classes: others }));
    assert.throws(() => readPolicy({ ...shippedPolicy, unknown: 1 }), /unknown/);
  });
});
