import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import {
  aConnection,
  aDecided,
  after,
  ana,
  anIncident,
  aPerson,
  aPlanInput,
  approver,
  aWorkflow,
  ben,
  decidedOn,
  decider,
  digester,
  everyone,
  minutesLater,
  night,
  rules,
  viewer,
} from '../testing/containment.ts';
import type { Decided } from './approval.ts';
import { approve, deny, hasExpired, usableUntil } from './approval.ts';
import type { Connection } from './connection.ts';
import type { PlanChange } from './plan-change.ts';
import { pausePlan, startRun } from './plan-life.ts';

function saidYes(decided: Decided, person = ben, now = night): Decided {
  return after(decided, approve(decided, { by: decider(person, now), digester, ...rules }));
}

function run(
  decided: Decided,
  person = ana,
  now = night,
  people = everyone,
  aloneLately = 0,
): PlanChange {
  return startRun(decided, {
    by: decider(person, now),
    incident: anIncident(),
    connections: [aConnection()],
    people: new Map(people.map((one) => [one.id, one])),
    aloneLately,
    aloneShares: [],
    credentialsFinal: false,
    ...rules,
    digester,
  });
}

function refused(code: UserError['code'], message: RegExp) {
  return (error: unknown) =>
    error instanceof UserError && error.code === code && message.test(error.message);
}

describe('approving a plan', () => {
  it('makes it approved once another responder said yes to this digest', () => {
    const decided = saidYes(aDecided(6));
    assert.equal(decided.plan.state, 'approved');
    assert.deepEqual(decided.approvals, [
      {
        plan: decided.plan.id,
        digest: decided.plan.digest,
        person: ben.id,
        decision: 'yes',
        at: night,
      },
    ]);
  });

  it('accepts an approver who is no responder', () => {
    assert.equal(saidYes(aDecided(6), approver).plan.state, 'approved');
  });

  it('refuses the requester, a viewer and a disabled person', () => {
    const decided = aDecided(6);
    assert.throws(() => saidYes(decided, ana), refused('not_allowed', /You made P-1/));
    assert.throws(() => saidYes(decided, viewer), refused('not_allowed', /approver or responder/));
    assert.throws(
      () => saidYes(decided, aPerson({ ...ben, disabledAt: night })),
      refused('not_allowed', /approver or responder/),
    );
  });

  it('counts a person once', () => {
    const once = saidYes(aDecided(6));
    const waiting = { ...once, plan: { ...once.plan, state: 'proposed' as const } };
    assert.throws(() => saidYes(waiting), refused('conflict', /decided on P-1 already/));
  });

  it('refuses a yes to something else than what was read', () => {
    const decided = aDecided(6);
    const by = decider(ben);
    for (const seen of ['000000000000', decided.plan.digest.slice(0, 5), '']) {
      assert.throws(
        () => approve(decided, { by, digester, seen, ...rules }),
        refused('conflict', /What you read was not P-1/),
      );
    }
    const seen = decided.plan.digest.slice(0, 8).toUpperCase();
    assert.equal(approve(decided, { by, digester, seen, ...rules }).plans[0]?.state, 'approved');
  });

  it('fails closed when the time is over', () => {
    const decided = aDecided(6);
    assert.throws(
      () => saidYes(decided, ben, minutesLater(30)),
      refused('conflict', /P-1 expired at 2026-11-22 03:30 UTC/),
    );
    const broken = { ...decided, plan: { ...decided.plan, expiresAt: new Date(Number.NaN) } };
    assert.ok(hasExpired(broken.plan, [], night));
  });

  it('gives an approved plan a new bounded life from the yes that was enough', () => {
    const decided = saidYes(aDecided(6), ben, minutesLater(29));
    assert.deepEqual(usableUntil(decided.plan, decided.approvals), minutesLater(59));
    assert.equal(run(decided, ana, minutesLater(58)).plans[0]?.state, 'running');
    assert.throws(() => run(decided, ana, minutesLater(59)), refused('conflict', /expired/));
  });

  it('ends the plan on one no, with the reason', () => {
    const decided = saidYes(aDecided(6));
    const change = deny(decided, {
      by: decider(approver),
      digester,
      ...rules,
      reason: 'Payroll runs.',
    });
    const denied = after(decided, change);
    assert.equal(denied.plan.state, 'denied');
    assert.equal(denied.plan.stateReason, 'Payroll runs.');
    assert.throws(() => run(denied), refused('conflict', /P-1 is denied/));
  });

  it('refuses a plan whose stored targets were changed', () => {
    const decided = aDecided(6);
    const tampered = { ...decided, plan: { ...decided.plan, query: 'everything' } };
    assert.throws(() => saidYes(tampered), refused('conflict', /PLAN_TAMPERED/));
  });
});

describe('running a plan', () => {
  it('lets one responder run up to five targets at once, with its job and event', () => {
    const change = run(aDecided(5));
    assert.equal(change.plans[0]?.state, 'running');
    assert.equal(change.plans[0]?.startedBy, ana.id);
    assert.deepEqual(
      change.events.map((event) => event.kind),
      ['plan_started'],
    );
    assert.equal(change.jobs?.[0]?.data.plan, change.plans[0]?.id);
  });

  it('refuses more than five without the yes of another person, whatever is stored', () => {
    const decided = aDecided(6);
    assert.throws(() => run(decided), refused('not_allowed', /needs the yes of another person/));
    const approved = saidYes(decided);
    const own = approved.approvals.map((one) => ({ ...one, person: ana.id }));
    assert.throws(() => run({ ...approved, approvals: own }), UserError);
    const other = approved.approvals.map((one) => ({ ...one, digest: 'f'.repeat(64) }));
    assert.throws(() => run({ ...approved, approvals: other }), UserError);
  });

  it('asks for another person once too much was run alone in small pieces', () => {
    const decided = aDecided(5);
    assert.equal(run(decided, ana, night, everyone, 15).plans[0]?.state, 'running');
    assert.throws(
      () => run(decided, ana, night, everyone, 16),
      refused('not_allowed', /16 workflows alone within an hour/),
    );
    assert.equal(run(saidYes(decided), ana, night, everyone, 16).plans[0]?.state, 'running');
  });

  it('does not count towards that what is off already and is only kept off', () => {
    const off = [aWorkflow(1, { active: false }), aWorkflow(2, { active: false })];
    const named = new Set(['c1/id1', 'c1/id2', 'c1/id3']);
    const keepOff = decidedOn(aPlanInput(off, { named }));
    assert.equal(run(keepOff, ana, night, everyone, 20).plans[0]?.state, 'running');
    const mixed = decidedOn(aPlanInput([...off, aWorkflow(3)], { named }));
    assert.equal(run(mixed, ana, night, everyone, 19).plans[0]?.state, 'running');
    assert.throws(
      () => run(mixed, ana, night, everyone, 20),
      refused('not_allowed', /20 workflows/),
    );
  });

  it('refuses when the approver may not approve any more', () => {
    const decided = saidYes(aDecided(6));
    const left = [ana, aPerson({ ...ben, permissions: ['viewer'] })];
    assert.throws(() => run(decided, ana, night, left), refused('not_allowed', /another person/));
    assert.throws(() => run(decided, ana, night, [ana]), refused('not_allowed', /another person/));
  });

  it('refuses a plan or its actions that were changed in the database', () => {
    const decided = saidYes(aDecided(6));
    const [first, ...rest] = decided.actions;
    assert.ok(first);
    const others: readonly Decided[] = [
      { ...decided, plan: { ...decided.plan, digest: 'f'.repeat(64) } },
      { ...decided, plan: { ...decided.plan, targets: decided.plan.targets.slice(1) } },
      { ...decided, actions: [{ ...first, workflow: 'another' }, ...rest] },
      { ...decided, actions: rest },
      { ...decided, actions: [...decided.actions, { ...first, id: 'extra', ordinal: 99 }] },
    ];
    for (const other of others) {
      assert.throws(() => run(other), refused('conflict', /PLAN_TAMPERED/));
    }
  });

  it('refuses when the connection was changed since', () => {
    const decided = aDecided(1);
    const start = (connections: readonly Connection[]) =>
      startRun(decided, {
        by: decider(ana),
        incident: anIncident(),
        connections,
        people: new Map(),
        aloneLately: 0,
        aloneShares: [],
        credentialsFinal: false,
        ...rules,
        digester,
      });
    assert.throws(() => start([aConnection({ epoch: 2 })]), refused('conflict', /was changed/));
    assert.throws(() => start([]), refused('conflict', /was changed/));
  });

  it('is used once: not while it runs and not afterwards', () => {
    const running = after(aDecided(1), run(aDecided(1)));
    assert.throws(() => run(running), refused('conflict', /running already/));
    for (const state of ['finished', 'cancelled', 'denied', 'expired'] as const) {
      const over = { ...running, plan: { ...running.plan, state } };
      assert.throws(() => run(over), refused('conflict', /used once/));
    }
  });

  it('goes on after a pause, with a job of its own, but not a day later', () => {
    const running = after(aDecided(1), run(aDecided(1)));
    const paused = after(running, pausePlan(running.plan, running.actions, decider(ben)));
    const change = run(paused, ben, minutesLater(60));
    assert.deepEqual(
      change.events.map((event) => event.kind),
      ['plan_resumed'],
    );
    assert.notEqual(change.jobs?.[0]?.id, run(aDecided(1)).jobs?.[0]?.id);
    assert.throws(
      () => run(paused, ben, minutesLater(24 * 60 + 1)),
      refused('conflict', /too long ago/),
    );
  });
});
