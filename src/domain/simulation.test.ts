import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aFact, aWorkflow, surroundings } from '../testing/containment.ts';
import { simulate } from './simulation.ts';

const charge = aWorkflow(1);

describe('what breaks', () => {
  it('names webhooks that will refuse with method and path, and those anyone may call', () => {
    const [impact] = simulate(
      [charge],
      surroundings([
        [
          charge,
          [
            aFact('webhook', 'charge', { method: 'POST', auth: 'none' }),
            aFact('form', 'ask'),
            aFact('webhook', 'live', { method: 'WEBSOCKET', auth: 'none' }),
          ],
        ],
      ]),
    );
    assert.deepEqual(impact?.breaks, [
      'Its webhook POST charge will refuse (anyone may call it now).',
      'Its form ask will refuse.',
      'What is sent to its websocket live goes nowhere (anyone may call it now).',
    ]);
  });

  it('names callers that stay on, and leaves out those that are contained as well', () => {
    const caller = aWorkflow(2);
    const also = aWorkflow(3);
    const calls = aFact('calls', charge.id);
    const [impact] = simulate(
      [charge, also],
      surroundings([], {
        callers: [
          { target: charge, workflow: caller, fact: calls },
          { target: charge, workflow: also, fact: calls },
        ],
      }),
    );
    assert.deepEqual(impact?.callers, ['w2']);
    assert.deepEqual(impact?.breaks, ['w2 calls it and will fail there.']);
  });

  it('leaves out callers that do not run: inactive, gone, or only in a draft', () => {
    const calls = aFact('calls', charge.id);
    const [impact] = simulate(
      [charge],
      surroundings([], {
        callers: [
          { target: charge, workflow: aWorkflow(2, { active: false }), fact: calls },
          { target: charge, workflow: aWorkflow(3, { goneAt: new Date() }), fact: calls },
          { target: charge, workflow: aWorkflow(4), fact: { ...calls, in: 'draft' } },
          { target: charge, workflow: aWorkflow(5), fact: { ...calls, disabled: true } },
        ],
      }),
    );
    assert.deepEqual(impact?.breaks, []);
  });

  it('says whose failures go unreported when an error workflow goes', () => {
    const [impact] = simulate(
      [charge],
      surroundings([], {
        callers: [2, 3].map((number) => ({
          target: charge,
          workflow: aWorkflow(number),
          fact: aFact('error_workflow', charge.id),
        })),
      }),
    );
    assert.deepEqual(impact?.reportsFor, ['w2', 'w3']);
    assert.deepEqual(impact?.breaks, [
      'Failures of w2 and w3 will go unreported: it is their error workflow.',
    ]);
  });

  it('says who goes on using a shared credential, because that is not contained', () => {
    const credential = { connection: 'c1', id: 'cred' };
    const [impact] = simulate(
      [charge],
      surroundings([[charge, [aFact('credential', 'cred', { label: 'Stripe live' })]]], {
        sharers: [charge, aWorkflow(7), aWorkflow(8)].map((workflow) => ({ credential, workflow })),
        credentialRefs: new Map([['c1/cred', 'c3']]),
      }),
    );
    assert.deepEqual(impact?.shared, [{ credential: 'c3', others: ['w7', 'w8'] }]);
    assert.deepEqual(impact?.breaks, [
      'Its credential c3 stays in use by 2 other workflows: w7 and w8.',
    ]);
  });

  it('names schedules and triggers, but none of a workflow that is off already', () => {
    const facts = [
      aFact('schedule', 'every day at 06:00'),
      aFact('trigger', 'mqttTrigger'),
      aFact('trigger', 'n8n-nodes-base.executeWorkflowTrigger'),
      aFact('trigger', 'n8n-nodes-base.errorTrigger'),
    ];
    const off = aWorkflow(2, { active: false });
    const [on, silent] = simulate(
      [charge, off],
      surroundings([
        [charge, facts],
        [off, facts],
      ]),
    );
    assert.deepEqual(on?.breaks, [
      'Its schedule (every day at 06:00) will not fire.',
      'Its mqttTrigger will not listen.',
    ]);
    assert.deepEqual(silent?.breaks, []);
  });
});
