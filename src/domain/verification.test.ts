import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { Action } from './plan.ts';
import type { Proof, Reading } from './verification.ts';
import { findings, judge } from './verification.ts';

const now = new Date('2026-11-22T03:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

function anAction(overrides: Partial<Action> = {}): Action {
  return {
    id: 'a1',
    plan: 'p1',
    connection: 'c1',
    workflow: 'wf1',
    ref: 'w1',
    workflowName: 'Charge',
    lever: 'disable',
    ordinal: 0,
    state: 'accepted',
    settleBy: later(180),
    proofs: [],
    emptySweeps: 0,
    revision: 1,
    ...overrides,
  };
}

function proof(finding: Proof['finding'], text = `It ${finding}.`): Proof {
  return { method: 'list', finding, text, at: now };
}

function aReading(overrides: Partial<Reading> = {}): Reading {
  return { workflow: 'wf1', proofs: [proof('agrees')], doubts: [], ...overrides };
}

describe('judging a reading', () => {
  it('verifies when a proof agrees and nothing speaks against it', () => {
    const judged = judge(anAction(), aReading(), now);
    assert.equal(judged.state, 'verified');
    assert.deepEqual(judged.settledAt, now);
  });

  it('waits with a contradiction until the platform has had its time, then says so', () => {
    const reading = aReading({
      proofs: [proof('agrees'), proof('contradicts', 'The webhook still answers.')],
    });
    const early = judge(anAction(), reading, now);
    assert.equal(early.state, 'pending');
    assert.equal(early.settledAt, undefined);
    const late = judge(early, reading, later(181));
    assert.equal(late.state, 'contradicted');
    assert.equal(late.reason, 'The webhook still answers.');
  });

  it('does not verify on silence', () => {
    const reading = aReading({ proofs: [proof('silent')] });
    assert.equal(judge(anAction(), reading, now).state, 'pending');
    assert.equal(judge(anAction(), reading, later(181)).state, 'unverifiable');
  });

  it('names what came of looks that showed nothing', () => {
    const refused = proof('silent', 'The key was refused.');
    const reading = aReading({ proofs: [refused, refused] });
    const said = 'The platform gave no proof either way. The key was refused.';
    assert.equal(judge(anAction(), reading, later(181)).reason, said);
    const stop = anAction({ lever: 'stop' });
    assert.equal(judge(stop, reading, later(181), anAction({ state: 'failed' })).reason, said);
    assert.match(judge(stop, reading, now, anAction()).reason ?? '', /^The platform gave no proof/);
  });

  it('calls a doubt unverifiable even when every proof agrees', () => {
    const judged = judge(anAction(), aReading({ doubts: ['It saves no executions.'] }), now);
    assert.equal(judged.state, 'unverifiable');
    assert.equal(judged.reason, 'It saves no executions.');
  });

  it('keeps a schedule pending until its next fire has passed', () => {
    const reading = aReading({ notBefore: { at: later(3600), why: 'Fires next at 04:00.' } });
    const early = judge(anAction(), reading, now);
    assert.equal(early.state, 'pending');
    assert.deepEqual(early.notBefore, later(3600));
    const after = judge(early, reading, later(3601));
    assert.equal(after.state, 'verified');
    assert.equal(after.notBefore, undefined);
  });

  it('waits for a part of the look that it needs, and calls it unverifiable in the end', () => {
    const notHad = { why: 'No executions could be read.', isNeeded: true };
    const early = judge(anAction(), aReading({ notHad }), later(200));
    assert.equal(early.state, 'pending');
    assert.equal(early.reason, notHad.why);
    const late = judge(early, aReading({ notHad }), later(210));
    assert.equal(late.state, 'unverifiable');
    assert.equal(late.reason, notHad.why);
    assert.equal(judge(early, aReading(), later(205)).state, 'verified');
  });

  it('gives the part of the look that is due at a later hour its time then', () => {
    const notHad = { why: 'No executions could be read.', isNeeded: true };
    const notBefore = { at: later(3600), why: 'Fires next at 04:00.' };
    const waiting = judge(anAction(), aReading({ notHad, notBefore }), later(200));
    assert.equal(waiting.reason, notBefore.why);
    const due = judge(waiting, aReading({ notHad }), later(3601));
    assert.equal(due.state, 'pending');
    assert.equal(judge(due, aReading({ notHad }), later(3630)).state, 'unverifiable');
  });

  it('verifies without a part that it does not need', () => {
    const notHad = { why: 'No executions could be read.', isNeeded: false };
    assert.equal(judge(anAction(), aReading({ notHad }), now).state, 'verified');
    const against = aReading({ notHad, proofs: [proof('agrees'), proof('contradicts')] });
    assert.equal(judge(anAction(), against, now).state, 'pending');
  });

  it('believes a stop only after two empty sweeps in a row', () => {
    const stop = anAction({ lever: 'stop' });
    const once = judge(stop, aReading(), now);
    assert.equal(once.state, 'pending');
    const disturbed = judge(once, aReading({ proofs: [proof('contradicts')] }), later(1));
    assert.equal(disturbed.emptySweeps, 0);
    const again = judge(disturbed, aReading(), later(2));
    assert.equal(again.state, 'pending');
    assert.equal(judge(again, aReading(), later(3)).state, 'verified');
  });

  it('counts sweeps only from when the entrance is proved shut', () => {
    const stop = anAction({ lever: 'stop', emptySweeps: 1 });
    const shutting = anAction({ state: 'pending', notBefore: later(3600) });
    const behind = judge(stop, aReading(), now, shutting);
    assert.equal(behind.state, 'pending');
    assert.equal(behind.emptySweeps, 0);
    assert.deepEqual(behind.notBefore, later(3600));
    const shut = anAction({ state: 'verified' });
    const once = judge(behind, aReading(), later(3600), shut);
    assert.equal(judge(once, aReading(), later(3601), shut).state, 'verified');
  });

  it('gives a stop the time that its entrance has, because until then more may start', () => {
    const reading = aReading({ proofs: [proof('contradicts', '2 are waiting.')] });
    const stop = anAction({ lever: 'stop', settleBy: later(-1) });
    for (const shutting of [
      anAction({ state: 'accepted', settleBy: later(100) }),
      anAction({ state: 'pending', settleBy: later(100), notBefore: later(3600) }),
      // What came in before is still to be met by a sweep.
      anAction({ state: 'verified', settleBy: later(100) }),
    ]) {
      assert.equal(judge(stop, reading, now, shutting).state, 'pending');
      assert.equal(judge(stop, reading, later(100), shutting).state, 'contradicted');
    }
    const { settleBy: _none, ...asked } = anAction({ state: 'requested' });
    assert.equal(judge(stop, reading, now, asked).state, 'pending');
    const { settleBy: _never, ...failed } = anAction({ state: 'failed' });
    assert.equal(judge(stop, reading, now, failed).state, 'contradicted');
  });

  it('gives a stop its time anew from when its entrance was proved shut', () => {
    const reading = aReading({ proofs: [proof('contradicts', '1 is waiting.')] });
    const stop = anAction({ lever: 'stop', acceptedAt: later(-200), settleBy: later(-20) });
    const shut = anAction({ state: 'verified', settleBy: later(-10), settledAt: now });
    assert.equal(judge(stop, reading, later(179), shut).state, 'pending');
    assert.equal(judge(stop, reading, later(180), shut).state, 'contradicted');
  });

  it('never calls stopped what can start again through an open entrance', () => {
    const stop = anAction({ lever: 'stop', emptySweeps: 1 });
    for (const state of ['contradicted', 'failed', 'skipped'] as const) {
      assert.equal(judge(stop, aReading(), now, anAction({ state })).state, 'unverifiable');
    }
  });

  it('never calls stopped what may start again through an entrance of which nothing is proved', () => {
    const stop = anAction({ lever: 'stop', emptySweeps: 1 });
    const judged = judge(stop, aReading(), now, anAction({ state: 'unverifiable' }));
    assert.equal(judged.state, 'unverifiable');
    assert.equal(
      judged.reason,
      'Nothing of it runs now, but its entrance is not proved shut, so more may start.',
    );
  });

  it('never verifies with a contradiction, a doubt or without an agreeing proof', () => {
    const aFinding = fc.constantFrom(...findings);
    fc.assert(
      fc.property(
        fc.array(aFinding, { maxLength: 4 }),
        fc.array(fc.string(), { maxLength: 2 }),
        fc.boolean(),
        fc.constantFrom('disable' as const, 'stop' as const, 'enable' as const),
        fc.integer({ min: -10, max: 400 }),
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(undefined, true, false),
        (marks, doubts, waits, lever, seconds, emptySweeps, isNeeded) => {
          const reading = aReading({
            proofs: marks.map((mark) => proof(mark)),
            doubts,
            ...(waits ? { notBefore: { at: later(300), why: 'Not yet.' } } : {}),
            ...(isNeeded === undefined ? {} : { notHad: { why: 'It failed.', isNeeded } }),
          });
          const at = later(seconds);
          const judged = judge(anAction({ lever, emptySweeps }), reading, at);
          if (judged.state !== 'verified') return;
          assert.ok(marks.includes('agrees'));
          assert.ok(!marks.includes('contradicts'));
          assert.equal(doubts.length, 0);
          assert.notEqual(isNeeded, true);
          assert.ok(!waits || seconds >= 300);
          assert.ok(lever !== 'stop' || judged.emptySweeps >= 2);
        },
      ),
    );
  });
});
