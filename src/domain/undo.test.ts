import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UserError } from '../errors.ts';
import {
  aConnection,
  aFact,
  ana,
  anIncident,
  aPlanInput,
  aWorkflow,
  ben,
  countingIds,
  decider,
  digester,
  minutesLater,
  night,
  rules,
  someWorkflows,
  stored,
} from '../testing/containment.ts';
import type { Fact, Workflow } from './inventory.ts';
import type { Action, Plan, PlanPurpose, PlanState } from './plan.ts';
import { proposePlan } from './planning.ts';
import type { UndoInput } from './undo.ts';
import { planUndo } from './undo.ts';

/** A containment that was carried out: both levers of each target accepted and verified. */
function contained(
  workflows: readonly Workflow[],
  change: (action: Action) => Partial<Action> = () => ({}),
): { plan: Plan; actions: readonly Action[] } {
  const { plan, actions } = stored(proposePlan(aPlanInput(workflows)).change);
  return {
    plan: { ...plan, state: 'finished', startedAt: night, finishedAt: minutesLater(1) },
    actions: actions.map((action) => ({
      ...action,
      state: 'verified' as const,
      acceptedAt: night,
      memo: { platform: { version: 'v1' } },
      ...change(action),
    })),
  };
}

function anUndo(
  of: { plan: Plan; actions: readonly Action[] },
  overrides: Partial<UndoInput> = {},
) {
  return planUndo({
    ...of,
    others: [of.plan],
    held: new Set(),
    convicted: new Map(),
    incident: anIncident(),
    connections: [aConnection()],
    facts: new Map(),
    revoked: [],
    notFinal: [],
    ...rules,
    by: decider(ben, minutesLater(5)),
    newId: countingIds('undo'),
    nonce: 'nonce-2',
    digester,
    ...overrides,
  });
}

function facts(...of: readonly (readonly [string, readonly Fact[]])[]) {
  return new Map(of.map(([id, own]) => [`c1/${id}`, own]));
}

const refs = (plan: Plan) => plan.targets.map((target) => target.ref);

describe('taking a containment back', () => {
  it('starts at once with one person, whatever the number of targets', () => {
    const { plan, change } = anUndo(contained(someWorkflows(8)));
    assert.equal(plan.purpose, 'undo');
    assert.equal(plan.state, 'running');
    assert.equal(plan.startedBy, ben.id);
    assert.equal(plan.targets.length, 8);
    assert.deepEqual(plan.levers, ['enable']);
    assert.equal(change.jobs?.[0]?.data.plan, plan.id);
    assert.deepEqual(
      change.events.map((event) => event.kind),
      ['undo_started'],
    );
  });

  it('takes what was really told to go off, also what was off before, to let go of it', () => {
    const off = aWorkflow(2, { active: false });
    const workflows = [aWorkflow(1), off, aWorkflow(3), aWorkflow(4), aWorkflow(5)];
    const { plan, actions } = stored(
      proposePlan(aPlanInput(workflows, { named: new Set(['c1/id2']) })).change,
    );
    const done = actions.map((action): Action => {
      const acted = { ...action, acceptedAt: night, memo: { platform: 1 } };
      if (action.ref === 'w3') return { ...action, state: 'skipped' };
      if (action.ref === 'w4') return { ...acted, state: 'undone' };
      if (action.ref === 'w5') return { ...acted, state: 'contradicted' };
      return { ...acted, state: 'verified' };
    });
    const undo = anUndo({ plan: { ...plan, state: 'finished' }, actions: done });
    assert.deepEqual(refs(undo.plan).toSorted(), ['w1', 'w2', 'w5']);
    const released = undo.plan.targets.find(({ ref }) => ref === 'w2');
    assert.equal(released?.active, false);
    assert.match(undo.change.events[0]?.text ?? '', /2 workflows to switch on again: w1 and w5\./);
  });

  it('says what another containment keeps off, and does not count it as switched on', () => {
    const { lost, change, plan } = anUndo(contained(someWorkflows(2)), {
      held: new Set(['c1/id2']),
      facts: facts(['id2', [aFact('schedule', 'daily')]]),
    });
    assert.deepEqual(lost, ['w2 stays off, because another containment keeps it off.']);
    const text = change.events[0]?.text ?? '';
    assert.match(text, /1 workflow to switch on again: w1\. w2 stays off, because another/);
    assert.deepEqual(refs(plan), ['w1', 'w2']);
    const all = anUndo(contained(someWorkflows(1)), { held: new Set(['c1/id1']) });
    assert.match(all.change.events[0]?.text ?? '', /taken back: nothing is switched on again\./);
  });

  it('switches callees and error workflows on before those who need them', () => {
    const undo = anUndo(contained(someWorkflows(4)), {
      facts: facts(
        ['id1', [aFact('calls', 'id3'), aFact('error_workflow', 'id4')]],
        ['id3', [aFact('calls', 'id2', { in: 'draft' })]],
      ),
    });
    const order = refs(undo.plan);
    assert.ok(order.indexOf('w3') < order.indexOf('w1'));
    assert.ok(order.indexOf('w4') < order.indexOf('w1'));
    assert.ok(order.indexOf('w2') < order.indexOf('w3'));
    assert.equal(new Set(order).size, 4);
  });

  it('ends on workflows that call each other, and on very long chains', () => {
    const loop = anUndo(contained(someWorkflows(3)), {
      facts: facts(
        ['id1', [aFact('calls', 'id2')]],
        ['id2', [aFact('calls', 'id3')]],
        ['id3', [aFact('calls', 'id1')]],
      ),
    });
    assert.deepEqual(refs(loop.plan).toSorted(), ['w1', 'w2', 'w3']);
    const many = 1000;
    const chain = anUndo(contained(someWorkflows(many)), {
      facts: facts(
        ...Array.from(
          { length: many - 1 },
          (_, index) => [`id${index + 1}`, [aFact('calls', `id${index + 2}`)]] as const,
        ),
      ),
    });
    assert.equal(refs(chain.plan)[0], `w${many}`);
    assert.equal(refs(chain.plan).at(-1), 'w1');
  });

  it('says what does not come back', () => {
    const stop = { at: night.toISOString(), stopped: 2, wereRunning: [], wereIdle: [] };
    const done = contained(someWorkflows(2), ({ lever, ref }) =>
      lever === 'stop' && ref === 'w1' ? { memo: { stop } } : {},
    );
    const { lost } = anUndo(done, {
      facts: facts(
        ['id1', [aFact('webhook', 'in', { in: 'draft' })]],
        ['id2', [aFact('schedule', 'daily')]],
      ),
    });
    assert.equal(lost.length, 3);
    assert.match(lost[0] ?? '', /2 executions of w1 were stopped .* do not come back/);
    assert.match(lost[1] ?? '', /webhooks, forms and chats of w1 since 2026-11-22 03:00 UTC/);
    assert.match(lost[2] ?? '', /Schedules of w2 did not fire/);
  });

  it('claims nothing of what was never seen off', () => {
    const webhook = facts(['id1', [aFact('webhook', 'in')]], ['id2', [aFact('webhook', 'in')]]);
    const never = { state: 'contradicted', memo: { platform: 1, contentHash: 'v1' } } as const;
    const once = { ...never, memo: { ...never.memo, seenOff: true } };
    const done = contained(someWorkflows(2), ({ ref }) => (ref === 'w1' ? never : once));
    const { plan, lost } = anUndo(done, { facts: webhook });
    const [first, second] = plan.targets.toSorted((a, b) => a.ref.localeCompare(b.ref));
    assert.deepEqual(first?.because, [`told to go off by ${done.plan.name}, but never seen off`]);
    assert.deepEqual(second?.because, [`switched off by ${done.plan.name}`]);
    assert.match(lost.join(' '), /webhooks, forms and chats of w2 since/);
    assert.match(lost.join(' '), /w1 was never seen off, so it may have run on all the time\./);
  });

  const states: readonly (readonly [PlanState, RegExp])[] = [
    ['paused', /end it before undoing/],
    ['proposed', /never run/],
    ['denied', /never run/],
    ['expired', /never run/],
  ];
  for (const [state, message] of states) {
    it(`refuses a plan that is ${state}`, () => {
      const { plan, actions } = contained(someWorkflows(1));
      assert.throws(() => anUndo({ plan: { ...plan, state }, actions }), { message });
    });
  }

  it('asks of the key that it may switch on, and not that it may switch off', () => {
    const of = contained([aWorkflow(1)]);
    const { capabilities } = aConnection();
    const keyThat = (may: Partial<typeof capabilities>) =>
      anUndo(of, { connections: [aConnection({ capabilities: { ...capabilities, ...may } })] });
    assert.equal(keyThat({ disable: 'none' }).plan.state, 'running');
    assert.throws(() => keyThat({ enable: false }), /cannot switch workflows on/);
  });

  it('refuses a plan that is running, unless it only waits for the next fire of a schedule', () => {
    const busy = contained(someWorkflows(2), ({ ref }) =>
      ref === 'w2' ? { state: 'pending' } : {},
    );
    const running = { ...busy, plan: { ...busy.plan, state: 'running' as const } };
    assert.throws(() => anUndo(running), { message: /end it before undoing/ });
    const actions = busy.actions.map((action): Action =>
      action.state === 'pending' ? { ...action, notBefore: minutesLater(180) } : action,
    );
    assert.deepEqual(refs(anUndo({ ...running, actions }).plan), ['w1', 'w2']);
  });

  it('refuses to undo an undo, to undo twice at once, or to undo nothing', () => {
    const done = contained(someWorkflows(1));
    const undo = { ...anUndo(done).plan, name: 'P-2' };
    assert.throws(() => anUndo({ plan: undo, actions: [] }), { message: /itself an undo/ });
    assert.throws(() => anUndo(done, { others: [undo] }), {
      message: /being undone already, by P-2/,
    });
    const undone = contained(someWorkflows(1), () => ({ state: 'undone' }));
    assert.throws(() => anUndo(undone), { message: /nothing to undo/ });
  });

  it('says of what was never done that it was not, whatever it was to do', () => {
    const done = contained(someWorkflows(1));
    const attempt = (
      purpose: PlanPurpose,
      state: PlanState,
      change: readonly Partial<Action>[],
    ): string => {
      const [first] = done.actions;
      assert.ok(first);
      const { acceptedAt: _acceptedAt, ...fresh } = first;
      const actions = change.map((one) => ({ ...fresh, ...one }));
      try {
        anUndo({ plan: { ...done.plan, purpose, state }, actions });
      } catch (error) {
        if (error instanceof UserError) return `${error.message} ${error.hint ?? ''}`;
        throw error;
      }
      return assert.fail(`${purpose} ${state} was undone`);
    };
    for (const purpose of [
      'overwrite',
      'remove',
      'block',
      'revoke',
      'delete',
      'unblock',
    ] as const) {
      const waits = attempt(purpose, 'proposed', [{ state: 'planned' }]);
      assert.match(waits, /^P-1 was never run, .*contain cancel P-1/, purpose);
      assert.match(attempt(purpose, 'denied', [{ state: 'planned' }]), /was never run/, purpose);
      for (const state of ['failed', 'skipped'] as const) {
        const nothing = attempt(purpose, 'finished', [{ state }]);
        assert.match(nothing, /^P-1 did nothing, so there is nothing to undo\./, purpose);
      }
      const begun = attempt(purpose, 'running', [{ state: 'planned' }]);
      assert.match(begun, /running, and has done nothing so far/, purpose);
      const lost = attempt(purpose, 'finished', [{ state: 'unverifiable', acceptedAt: night }]);
      assert.doesNotMatch(lost, /nothing/, purpose);
    }
    const given = [
      { lever: 'transfer', state: 'verified', acceptedAt: night },
      { lever: 'remove', state: 'failed' },
    ] as const;
    assert.match(
      attempt('remove', 'finished', given),
      /^P-1 deleted nobody; what they own was giv/,
    );
  });

  it('refuses a containment that was changed in the database', () => {
    const { plan, actions } = contained(someWorkflows(1));
    const [target] = plan.targets;
    assert.ok(target);
    const tampered = { ...plan, targets: [{ ...target, id: 'another' }] };
    assert.throws(
      () => anUndo({ plan: tampered, actions }),
      (error: unknown) => error instanceof UserError && /PLAN_TAMPERED/.test(error.message),
    );
    assert.equal(plan.requestedBy, ana.id);
  });
});
