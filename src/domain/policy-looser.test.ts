import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shippedPolicy } from '../approval-policy.ts';
import type { PolicyChanges } from '../changed-policy.ts';
import { changedPolicy } from '../changed-policy.ts';
import { looserThan } from './policy-looser.ts';

const than = (changes: PolicyChanges) => looserThan(changedPolicy(changes, 9), shippedPolicy);
const back = (changes: PolicyChanges) => looserThan(shippedPolicy, changedPolicy(changes, 9));

const [usual, quick] = shippedPolicy.classes.R2.ways;
const hourMs = 60 * 60_000;

/** Each asks less than what ships in one thing, and what ships asks less than it in none. */
const looser: readonly (readonly [PolicyChanges, RegExp])[] = [
  [{ roleAgeMs: 0 }, /^roleAgeMs is /],
  [{ aloneEachHour: 21 }, /^aloneEachHour is 21, not 20\.$/],
  [{ aloneShare: { percent: 31 } }, /^aloneShare\.percent is 31/],
  [{ aloneShare: { atLeast: 21 } }, /^aloneShare\.atLeast is 21/],
  [{ ownSecurity: { afterLossMs: 0 } }, /^ownSecurity\.afterLossMs is /],
  [{ ownSecurity: { given: ['approver', 'admin'] } }, /one admin makes somebody responder, asking/],
  [{ pendingAtMost: 11 }, /^pendingAtMost is 11/],
  [{ aloneLiftedIn: ['sev1', 'sev2', 'sev3'] }, /lifts the bounds in a sev3, too/],
  [{ classes: { R1: { targetsAtMost: 6 } } }, /^classes\.R1\.targetsAtMost is 6, not 5\.$/],
  [{ classes: { R3: { lifeMs: 2 * hourMs } } }, /^classes\.R3\.lifeMs is 2 h/],
  [
    { classes: { R2: { ways: [{ persons: 1, others: [], stepUp: false }] } } },
    /^classes\.R2\.ways: one responder will do\.$/,
  ],
  [
    { classes: { R0s: { ways: [{ persons: 1, others: [], stepUp: false }] } } },
    /^classes\.R0s\.ways: one responder will do\.$/,
  ],
];

describe('a policy', () => {
  it('is not looser than itself', () => {
    assert.deepEqual(looserThan(shippedPolicy, shippedPolicy), []);
  });

  it('is looser in each thing in which it asks less, and says which', () => {
    for (const [changes, words] of looser) {
      const told = than(changes);
      assert.equal(told.length, 1, JSON.stringify(changes));
      assert.match(told[0] ?? '', words);
      assert.deepEqual(changedPolicy(changes, 9).looser, told);
    }
  });

  it('is not looser where it asks more, or knows fewer ways', () => {
    const stricter: readonly PolicyChanges[] = [
      { roleAgeMs: 48 * hourMs, aloneEachHour: 1, pendingAtMost: 1 },
      { aloneLiftedIn: [], ownSecurity: { codeOf: 'everyone' } },
      { classes: { R1: { targetsAtMost: 1 } } },
      { classes: { R2: { ways: [{ persons: 3, others: ['approver'], stepUp: true }] } } },
      { classes: { R2: { ways: [{ ...usual, others: [...(usual?.others ?? [])] }] } } },
    ];
    for (const changes of stricter) {
      assert.deepEqual(than(changes), [], JSON.stringify(changes));
      assert.ok(changedPolicy(changes, 9).looser === undefined);
      assert.ok(back(changes).length > 0, 'and what ships is looser than it');
    }
  });

  it('is looser where an emergency way is open in more severities', () => {
    const ways = [{ ...usual, others: [...(usual?.others ?? [])] }];
    const emergency = { persons: 1, others: [], stepUp: quick?.stepUp ?? true };
    const told = than({
      classes: { R2: { ways: [...ways, { ...emergency, severities: ['sev1', 'sev3'] }] } },
    });
    assert.deepEqual(told, [
      'classes.R2.ways: in a sev1 or sev3 one responder with a code will do.',
    ]);
  });
});
