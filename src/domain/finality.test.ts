import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { night } from '../testing/containment.ts';
import { anIncident } from '../testing/nouns.ts';
import { aPlan } from '../testing/records.ts';
import { blockedBy, notFinal } from './finality.ts';
import type { Plan } from './plan.ts';
import type { RevocationRecord, RevocationState } from './revocation.ts';
import { revocationStates } from './revocation.ts';

const incident = anIncident({ declaredBy: 'ana' });
const key = { connection: 'c', id: 'k1' };

function record(state: RevocationState, more: Partial<RevocationRecord> = {}): RevocationRecord {
  return {
    incident: incident.id,
    connection: key.connection,
    credential: key.id,
    ref: 'c1',
    name: 'Stripe live',
    state,
    text: 'So it was seen.',
    at: night,
    revision: 1,
    ...more,
  };
}

describe('a credential of an open incident', () => {
  it('may open something until its provider refuses it', () => {
    const dead: readonly RevocationState[] = ['confirmed_dead', 'already_dead'];
    for (const state of revocationStates) {
      const open = dead.includes(state) ? [] : ['c1 “Stripe live”'];
      assert.deepEqual(notFinal(incident, [record(state)], []), open, state);
    }
  });

  it('may open something when one person says that it is dead, and not when two do', () => {
    const doneByHand = { by: 'ana', at: night, text: 'Rolled.' };
    const once = record('manual_required', { doneByHand });
    assert.deepEqual(notFinal(incident, [once], []), ['c1 “Stripe live”']);
    const twice = { ...once, confirmedByHand: { by: 'ben', at: night, text: 'It answers 401.' } };
    assert.deepEqual(notFinal(incident, [twice], []), []);
  });

  it('may open something while nobody has touched it', () => {
    const scope = [{ key, name: 'Stripe live' }];
    assert.deepEqual(notFinal(incident, [], scope), ['“Stripe live”']);
    assert.deepEqual(notFinal(incident, [record('confirmed_dead')], scope), []);
    assert.deepEqual(notFinal({ ...incident, closedAt: night }, [record('failed')], scope), []);
  });

  it('is suspected from the run of a block until it is unblocked', () => {
    const plan = (purpose: Plan['purpose'], minute?: number) =>
      aPlan({
        incident: incident.id,
        requestedBy: 'ana',
        purpose,
        ...(minute === undefined ? {} : { startedAt: new Date(night.getTime() + minute) }),
        targets: [
          {
            ...key,
            ref: 'c1',
            name: 'Stripe live',
            observedHash: 'h',
            observedAt: night,
            active: true,
            breaks: [],
            because: [],
          },
        ],
      });
    const suspected = [{ key: { connection: 'c', id: 'k1' }, name: 'Stripe live' }];
    assert.deepEqual(blockedBy([plan('block')]), [], 'it was only planned');
    assert.deepEqual(blockedBy([plan('block', 1)]), suspected);
    assert.deepEqual(blockedBy([plan('unblock', 2), plan('block', 1)]), []);
    assert.deepEqual(blockedBy([plan('unblock', 1), plan('block', 2)]), suspected);
  });
});
