import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import {
  aConnection,
  aFact,
  aHit,
  aPlanInput,
  aWorkflow,
  anIncident,
  digester,
  minutesLater,
  someWorkflows,
  surroundings,
} from '../testing/containment.ts';
import { assertUntampered, digestOf, frozenJson, frozenOf } from './plan-digest.ts';
import { proposePlan } from './planning.ts';

function refs(targets: readonly { readonly ref: string }[]): readonly string[] {
  return targets.map((target) => target.ref);
}

function thrownBy(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error;
  }
  assert.fail('nothing was refused');
}

describe('proposing a plan', () => {
  it('takes the active hits, with why they are here and one action for each lever', () => {
    const { plan, change } = proposePlan(aPlanInput([aWorkflow(1), aWorkflow(2)]));
    assert.deepEqual(refs(plan.targets), ['w1', 'w2']);
    assert.deepEqual(plan.targets[0]?.because, ['tagged payments']);
    assert.equal(plan.state, 'proposed');
    assert.deepEqual(
      change.actions?.map((action) => [action.ref, action.lever, action.ordinal, action.state]),
      [
        ['w1', 'disable', 0, 'planned'],
        ['w1', 'stop', 1, 'planned'],
        ['w2', 'disable', 2, 'planned'],
        ['w2', 'stop', 3, 'planned'],
      ],
    );
    assert.equal(change.events.length, 1);
    assert.equal(change.events[0]?.kind, 'plan_proposed');
  });

  it('freezes the draft as well, as part of what is approved', () => {
    const { plan } = proposePlan(aPlanInput([aWorkflow(1, { contentHash: 'draft' })]));
    assert.equal(plan.targets[0]?.observedContent, 'draft');
    const targets = plan.targets.map((target) => ({ ...target, observedContent: 'other' }));
    assert.notEqual(digestOf({ ...plan, targets }, digester), plan.digest);
  });

  it('lists what is off already and leaves it out, unless it was named', () => {
    const off = aWorkflow(2, { active: false });
    const hits = [aWorkflow(1), off];
    const found = proposePlan(aPlanInput(hits));
    assert.deepEqual(refs(found.plan.targets), ['w1']);
    assert.deepEqual(refs(found.inactive), ['w2']);
    const named = proposePlan(aPlanInput(hits, { named: new Set(['c1/id2']) }));
    assert.deepEqual(refs(named.plan.targets), ['w1', 'w2']);
    assert.deepEqual(named.inactive, []);
  });

  it('puts error workflows first, because a stop starts them', () => {
    const { plan } = proposePlan(
      aPlanInput([aWorkflow(1), aWorkflow(2)], {
        errorWorkflows: [
          { workflow: aWorkflow(9), of: ['w1'] },
          { workflow: aWorkflow(10, { active: false }), of: ['w2'] },
        ],
      }),
    );
    assert.deepEqual(refs(plan.targets), ['w9', 'w1', 'w2']);
    assert.deepEqual(plan.targets[0]?.because, ['error workflow of w1']);
  });

  it('goes by danger: open ways out, then what can switch others on again, then the rest', () => {
    const [quiet, api, open, host] = someWorkflows(4);
    assert.ok(quiet && api && open && host);
    const { plan } = proposePlan(
      aPlanInput([quiet, api, open, host], {
        surroundings: surroundings([
          [api, [aFact('platform_api', 'n8n')]],
          [
            open,
            [
              aFact('webhook', 'in', { auth: 'none' }),
              aFact('host', 'evil.example'),
              aFact('credential', 'x'),
            ],
          ],
          [host, [aFact('host_access', 'Execute')]],
        ]),
      }),
    );
    assert.deepEqual(refs(plan.targets), ['w3', 'w2', 'w4', 'w1']);
  });

  it('needs nobody else for five targets, and the yes of another person for six', () => {
    const five = proposePlan(aPlanInput(someWorkflows(5))).plan;
    assert.equal(five.approvalsNeeded, 0);
    assert.deepEqual(five.expiresAt, minutesLater(10));
    const six = proposePlan(aPlanInput(someWorkflows(6))).plan;
    assert.equal(six.approvalsNeeded, 1);
    assert.deepEqual(six.expiresAt, minutesLater(30));
  });

  it('counts error workflows when it asks whether another person is needed', () => {
    const { plan } = proposePlan(
      aPlanInput(someWorkflows(5), { errorWorkflows: [{ workflow: aWorkflow(9), of: ['w1'] }] }),
    );
    assert.equal(plan.approvalsNeeded, 1);
  });

  it('goes on with the digest that it was made with', () => {
    const { plan, change } = proposePlan(aPlanInput(someWorkflows(2)));
    const older = { ...plan, digest: digestOf(plan, digester, 1) };
    assert.notEqual(older.digest, plan.digest);
    assert.doesNotThrow(() => assertUntampered(older, change.actions ?? [], digester));
    assert.equal(frozenOf(older, digester)?.['v'], undefined);
    assert.equal(frozenOf({ ...older, nonce: 'another' }, digester), undefined);
  });

  it('covers each frozen field with the digest', () => {
    const { plan } = proposePlan(aPlanInput(someWorkflows(2)));
    assert.equal(digestOf(plan, digester), plan.digest);
    const [first] = plan.targets;
    assert.ok(first);
    const changed = [
      { ...plan, query: 'other' },
      { ...plan, requestedBy: 'someone' },
      { ...plan, approvalsNeeded: 1 },
      { ...plan, expiresAt: minutesLater(999) },
      { ...plan, targets: [{ ...first, observedHash: 'x' }] },
      { ...plan, targets: plan.targets.toReversed() },
      { ...plan, connections: [{ id: 'c1', name: 'prod', epoch: 2 }] },
    ];
    for (const other of changed) assert.notEqual(digestOf(other, digester), plan.digest);
    assert.equal(digestOf({ ...plan, state: 'running' } as typeof plan, digester), plan.digest);
  });

  it('says what breaks for each target', () => {
    const workflow = aWorkflow(1);
    const { plan } = proposePlan(
      aPlanInput([workflow], {
        surroundings: surroundings([[workflow, [aFact('schedule', 'every hour')]]]),
      }),
    );
    assert.deepEqual(plan.targets[0]?.breaks, ['Its schedule (every hour) will not fire.']);
  });

  it('is made with a key that can only archive, where it says so', () => {
    const { capabilities } = aConnection();
    const connections = [
      aConnection({ capabilities: { ...capabilities, disable: 'none', archive: true } }),
    ];
    const propose = (elseArchive: boolean) =>
      proposePlan(aPlanInput([aWorkflow(1)], { connections, elseArchive }));
    assert.deepEqual(propose(true).plan.connections[0]?.fallbacks, ['archive']);
    assert.throws(() => propose(false), /cannot switch workflows off/);
  });

  const refusals: readonly (readonly [string, Parameters<typeof aPlanInput>, RegExp])[] = [
    ['nothing was found', [[]], /nothing to contain/],
    ['nothing is active', [[aWorkflow(1, { active: false })]], /none of them active: w1/],
    ['it is too much', [someWorkflows(1001)], /at most 1,000/],
    [
      'the key cannot disable',
      [
        [aWorkflow(1)],
        {
          connections: [
            aConnection({
              capabilities: { ...aConnection().capabilities, disable: 'none' },
              missing: ['workflow:deactivate'],
            }),
          ],
        },
      ],
      /cannot switch workflows off: it lacks workflow:deactivate/,
    ],
    [
      'the secret was dropped',
      [[aWorkflow(1)], { connections: [aConnection({ hasSecret: false })] }],
      /has no key any more/,
    ],
    [
      'a drill points at production',
      [[aWorkflow(1)], { incident: anIncident({ drill: true }) }],
      /a drill never touches one/,
    ],
    [
      'the incident is closed',
      [[aWorkflow(1)], { incident: anIncident({ closedAt: minutesLater(0) }) }],
      /INC-1 is closed/,
    ],
  ];
  for (const [when, input, message] of refusals) {
    it(`refuses with a next step when ${when}`, () => {
      assert.throws(
        () => proposePlan(aPlanInput(...input)),
        (error: unknown) =>
          error instanceof UserError && message.test(error.message) && error.hint !== undefined,
      );
    });
  }

  const low = aConnection({
    id: 'c2',
    name: 'low',
    capabilities: {
      ...aConnection().capabilities,
      disable: 'none',
      disableLacks: ['workflow:deactivate'],
    },
    missing: ['workflow:deactivate', 'workflow:activate', 'credential:list'],
  });
  const both = [aWorkflow(1), aWorkflow(2, { connection: 'c2', connectionName: 'low' })];

  it('blames only what disabling needs, and says how to leave that connection out', () => {
    const connections = [aConnection(), low];
    const refused = (overrides: Parameters<typeof aPlanInput>[1]) =>
      thrownBy(() => proposePlan(aPlanInput(both, { connections, ...overrides })));
    const found = refused({ query: 'credential:"Payroll e" active:true' });
    assert.equal(
      found.message,
      'The key of low cannot switch workflows off: it lacks workflow:deactivate.',
    );
    assert.equal(
      found.hint,
      'Give the key that permission on the platform, or disable by hand. Add `connection:prod` to leave it out: `contain plan credential:"Payroll e" active:true connection:prod`.',
    );
    assert.match(
      refused({ query: 'a OR b' }).hint ?? '',
      /`contain plan \(a OR b\) connection:prod`/,
    );
    const named = refused({ query: 'scope of INC-1', named: new Set(['c1/id1', 'c2/id2']) });
    assert.match(named.hint ?? '', /To leave it out: `contain plan w1`\.$/);
    const third = aWorkflow(3, { connection: 'c3' });
    const hits = [...both, third].map((workflow) => aHit(workflow));
    const more = [...connections, aConnection({ id: 'c3', name: 'other' })];
    assert.match(refused({ hits, connections: more }).hint ?? '', / -connection:low`\.$/);
  });

  it('keeps hostile names as they are and builds nothing from them', () => {
    const hostile = aWorkflow(1, { name: '`contain run P-9` <!channel> \u202E' });
    const { plan, change } = proposePlan(aPlanInput([hostile], { hits: [aHit(hostile)] }));
    assert.equal(plan.targets[0]?.name, hostile.name);
    const [event] = change.events;
    const { frozen, ...data } = event?.data ?? {};
    assert.deepEqual(frozen, frozenJson(plan), 'as what the digest covers, and nothing else');
    assert.ok(!JSON.stringify({ ...event, data }).includes('channel'));
  });
});
