import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import {
  aConnection,
  after,
  ana,
  anIncident,
  approver,
  aWorkflow,
  ben,
  countingIds,
  decider,
  digester,
  minutesLater,
  night,
  rules,
  stored,
} from '../testing/containment.ts';
import { approve } from './approval.ts';
import type { Decided } from './approval.ts';
import type { Incident } from './incident.ts';
import type { Credential } from './inventory.ts';
import type { Person } from './person.ts';
import type { Decider } from './plan-change.ts';
import { startRun } from './plan-life.ts';
import type { RevocationInput } from './revoking.ts';
import { credentialHash, proposeRevocation } from './revoking.ts';

const stripe: Credential = {
  connection: 'c1',
  id: 'stripe',
  ref: 'c7',
  connectionName: 'prod',
  name: 'Stripe live',
  type: 'stripeApi',
  usedBy: 2,
  onlyReferenced: false,
};

function anInput(overrides: Partial<RevocationInput> = {}): RevocationInput {
  return {
    incident: anIncident(),
    credential: stripe,
    connection: aConnection(),
    users: [aWorkflow(1), aWorkflow(2, { active: false })],
    others: [],
    before: undefined,
    query: 'credential c7',
    ...rules,
    by: decider(ana),
    newId: countingIds(),
    nonce: 'nonce',
    digester,
    ...overrides,
  };
}

function aProposal(): Decided {
  return { ...stored(proposeRevocation(anInput()).change), approvals: [] };
}

/** Who has just typed a code of theirs. */
function proved(person: Person, minutes: number): Decider {
  return { ...decider(person, minutesLater(minutes)), steppedUp: 'totp' };
}

const yes = (decided: Decided, person: Person) =>
  approve(decided, { by: proved(person, 1), digester, ...rules });

const run = (
  decided: Decided,
  people: readonly Person[],
  by = proved(ana, 2),
  overrides: { readonly override?: string } = {},
) =>
  startRun(decided, {
    by,
    ...overrides,
    incident: anIncident(),
    connections: [aConnection()],
    people: new Map(people.map((person) => [person.id, person])),
    aloneLately: 0,
    aloneShares: [],
    credentialsFinal: false,
    ...rules,
    digester,
  });

describe('a plan to revoke', () => {
  it('says what breaks, and needs another person however few use the credential', () => {
    const { plan, change } = proposeRevocation(anInput());
    assert.deepEqual(plan.levers, ['revoke']);
    assert.equal(plan.approvalsNeeded, 1);
    assert.deepEqual(plan.targets[0]?.breaks, [
      '1 workflow will fail: w1 “Workflow 1”.',
      '1 workflow that is off would fail once switched on.',
    ]);
    assert.match(change.events[0]?.text ?? '', /cannot be taken back/);
    assert.equal(proposeRevocation(anInput({ users: [] })).plan.approvalsNeeded, 1);
  });

  it('is overridden by the commander only, with a code of theirs', () => {
    const commander = { role: 'commander', person: ana.id, since: minutesLater(0) } as const;
    const override = (by: Decider, roles: Incident['roles']) =>
      startRun(aProposal(), {
        by,
        incident: anIncident({ roles }),
        connections: [aConnection()],
        people: new Map(),
        aloneLately: 0,
        aloneShares: [],
        credentialsFinal: false,
        override: 'Nobody answers.',
        digester,
        ...rules,
      });
    assert.throws(() => override(decider(ana, minutesLater(2)), [commander]), { asks: 'code' });
    assert.throws(() => override(proved(ana, 2), []), /Only the commander/);
    const { plans, events } = override(proved(ana, 2), [commander]);
    assert.equal(plans[0]?.override?.reason, 'Nobody answers.');
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['plan_overridden', 'plan_started'],
    );
  });

  it('is run the usual way, and not overridden, once it has the yes that it needs', () => {
    const decided = aProposal();
    const approved = after(decided, yes(decided, approver));
    const { plans, events } = run(approved, [approver], undefined, { override: 'In use.' });
    assert.equal(plans[0]?.override, undefined);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['plan_started'],
    );
  });

  it('asks no code of whose code has counted already', () => {
    const decided = aProposal();
    const approved = after(decided, yes(decided, approver));
    const again = () => run(approved, [approver], decider(approver, minutesLater(2)));
    assert.throws(again, (error) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.asks, undefined);
      assert.match(error.message, /needs the codes of two persons; yours has counted/);
      return true;
    });
    const other = () => run(approved, [approver], decider(ana, minutesLater(2)));
    assert.throws(other, { asks: 'code' });
  });

  it('takes the yes of an approver only, never of who asked for it', () => {
    const decided = aProposal();
    assert.throws(() => yes(decided, ben), { message: /you need to be approver\.$/ });
    const both: Person = { ...ana, permissions: ['responder', 'approver'] };
    assert.throws(() => yes(decided, both), { message: /somebody else must decide/ });
    assert.throws(() => run(decided, []), { message: /revokes 1 credential and needs the yes/ });

    const approved = after(decided, yes(decided, approver));
    assert.equal(run(approved, [approver]).plans[0]?.state, 'running');
    const dismissed: Person = { ...approver, permissions: ['responder'] };
    assert.throws(() => run(approved, [dismissed]), { message: /needs the yes/ });
  });

  it('cannot be lowered by a stored number', () => {
    const decided = aProposal();
    const lowered = { ...decided, plan: { ...decided.plan, approvalsNeeded: 0 } };
    assert.throws(() => run(lowered, []), { message: /PLAN_TAMPERED/ });
  });

  it('is refused for what is dead, what has its plan, and in a drill on production', () => {
    const dead = {
      incident: 'incident-1',
      connection: 'c1',
      credential: 'stripe',
      ref: 'c7',
      name: 'Stripe live',
      state: 'confirmed_dead' as const,
      text: 'The provider refuses it now.',
      at: night,
      revision: 1,
    };
    assert.throws(() => proposeRevocation(anInput({ before: dead })), { message: /is dead/ });
    assert.throws(() => proposeRevocation(anInput({ others: [aProposal().plan] })), {
      message: /has its plan: P-1 is proposed/,
    });
    const drill = anIncident({ drill: true });
    assert.throws(() => proposeRevocation(anInput({ incident: drill })), {
      message: /a drill never touches one/,
    });
    const failed = { ...dead, state: 'failed' as const };
    assert.equal(proposeRevocation(anInput({ before: failed })).plan.state, 'proposed');
  });

  it('is bound to the very credential', () => {
    const hash = credentialHash(stripe, digester);
    assert.equal(credentialHash({ ...stripe, usedBy: 9 }, digester), hash);
    assert.notEqual(credentialHash({ ...stripe, type: 'httpHeaderAuth' }, digester), hash);
    assert.notEqual(credentialHash({ ...stripe, changedAt: night }, digester), hash);
  });
});
