import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aConnection, aFact, aPlanInput, aWorkflow, stored } from '../testing/containment.ts';
import { withStop } from './action.ts';
import type { CutOff, Reach } from './cut-off.ts';
import { cutOffOf, cutOffWords, mayRunOn } from './cut-off.ts';
import type { Credential } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { Action, Plan } from './plan.ts';
import { proposePlan } from './planning.ts';

const { plan, actions } = stored(proposePlan(aPlanInput([aWorkflow(1)])).change);
const found = (lever: Action['lever']) => actions.find((one) => one.lever === lever);
const stop: Action = { ...(found('stop') ?? assert.fail()), state: 'unverifiable' };
const entrance = (state: Action['state']): Action => ({
  ...(found('disable') ?? assert.fail()),
  state,
});
const stripe = aCredential('stripe', 'c4');

function aCredential(id: string, ref: string): Credential {
  return {
    connection: 'c1',
    connectionName: 'prod',
    id,
    ref,
    name: `The ${id}`,
    type: 'httpHeaderAuth',
    usedBy: 1,
    onlyReferenced: false,
  };
}

function aReach(overrides: Partial<Reach> = {}): Reach {
  const { capabilities, ...connection } = aConnection();
  return {
    facts: new Map([[keyText({ connection: 'c1', id: 'id1' }), [aFact('credential', 'stripe')]]]),
    credentials: [stripe, aCredential('other', 'c5')],
    connections: [
      { ...connection, capabilities: { ...capabilities, blockCredentials: 'all_steps' } },
    ],
    plans: [],
    ...overrides,
  };
}

function cutOff(reach: Reach): CutOff {
  return cutOffOf([stop], reach) ?? assert.fail('Nothing is left to do.');
}

describe('a run that may go on although it was stopped', () => {
  it('is one behind a shut entrance, or one that was met', () => {
    assert.equal(mayRunOn(stop, entrance('verified')), true);
    assert.equal(mayRunOn({ ...stop, state: 'verified' }, entrance('verified')), false);
    assert.equal(mayRunOn(stop, entrance('contradicted')), false);
    const at = new Date();
    const met = withStop(stop, { at, stopped: 1, wereRunning: ['7'], wereIdle: [] });
    assert.equal(mayRunOn(met, entrance('contradicted')), true);
  });

  it('can be cut off from what its workflow uses, first by what can be taken back', () => {
    assert.deepEqual(cutOff(aReach()).lines, ['cred block c4']);
    assert.equal(
      cutOffWords(cutOff(aReach())),
      'What may still run of w1 can use c4 “The stripe”. Left to try: `cred block c4`, or for good `cred revoke c4`. ' +
        'To end every run by hand: restart its process on its host, and its workers where it has any (with Docker: `docker restart <container>`).',
    );
  });

  it('is cut off at the provider where the platform has no block', () => {
    const reach = aReach({ connections: [aConnection()] });
    assert.match(cutOffWords(cutOff(reach)), /Left to try: `cred revoke c4`\. To end/);
  });

  it('is left to a restart once all it uses was taken from it', () => {
    const [target] = plan.targets;
    const took: Plan = {
      ...plan,
      purpose: 'block',
      startedAt: new Date(),
      targets: [{ ...(target ?? assert.fail()), id: 'stripe' }],
    };
    assert.match(
      cutOffWords(cutOff(aReach({ plans: [took] }))),
      /^What may still run of w1 uses no credential that could be taken from it\. To end every run/,
    );
    assert.deepEqual(cutOff(aReach({ plans: [{ ...took, purpose: 'contain' }] })).credentials, [
      stripe,
    ]);
  });
});
