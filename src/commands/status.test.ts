import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shippedPolicy } from '../approval-policy.ts';
import type { Connection } from '../domain/connection.ts';
import type { Action, ActionState, Plan, PlanState } from '../domain/plan.ts';
import { leaveFor } from '../domain/policy.ts';
import type { Bot } from '../testing/bot.ts';
import { bot, kindsOf, shown } from '../testing/bot.ts';

const hourMs = 3_600_000;

async function connect({ store, clock }: Bot): Promise<Connection> {
  const connection: Connection = {
    id: crypto.randomUUID(),
    name: 'prod',
    kind: 'n8n',
    baseUrl: 'https://n8n.test',
    privateHostAllowed: false,
    environment: 'production',
    epoch: 1,
    capabilities: {
      disable: 'async',
      enable: true,
      stop: true,
      listExecutions: true,
      listCredentials: false,
      listUsers: true,
      versions: true,
    },
    missing: ['credential:list'],
    hasSecret: false,
    connectedAt: clock.now(),
    revision: 0,
  };
  await store.save({ connections: [connection] });
  return connection;
}

/** Stores a plan of the newest incident, in this state, with one action in each of these states. */
async function aPlan(
  night: Bot,
  connection: Connection,
  given: Partial<Plan> & { readonly state: PlanState },
  states: readonly ActionState[] = [],
): Promise<string> {
  const { store, clock, person, timeline } = night;
  const now = clock.now();
  const incident = (await timeline())[0]?.chain ?? '';
  const { state, ...rest } = given;
  const plan: Plan = {
    id: crypto.randomUUID(),
    name: '',
    incident,
    purpose: 'contain',
    query: 'active:true',
    levers: ['disable'],
    targets: states.map((_, index) => ({
      connection: connection.id,
      id: `id${index}`,
      ref: `w${index + 1}`,
      name: `Flow ${index}`,
      observedHash: 'x',
      observedAt: now,
      active: true,
      breaks: [],
      because: [],
    })),
    connections: [{ id: connection.id, name: connection.name, epoch: 1 }],
    requestedBy: (await person('ana')).id,
    approvalsNeeded: 0,
    leave: leaveFor(shippedPolicy, { purpose: 'contain', targets: 6 }, false),
    createdAt: now,
    expiresAt: new Date(now.getTime() + hourMs),
    nonce: 'n',
    digest: 'd',
    state: 'proposed',
    revision: 0,
    ...rest,
  };
  const actions: Action[] = plan.targets.map((target, ordinal) => ({
    id: crypto.randomUUID(),
    plan: plan.id,
    connection: connection.id,
    workflow: target.id,
    ref: target.ref,
    workflowName: target.name,
    lever: 'disable',
    ordinal,
    state: 'planned',
    proofs: [],
    emptySweeps: 0,
    revision: 0,
  }));
  const { plans } = await store.save({ plans: [plan], actions });
  const stored = await store.plans.actions(plan.id);
  await store.save({
    plans: plans.map((one) => ({ ...one, state })),
    actions: stored.map((one, index) => ({ ...one, state: states[index] ?? 'planned' })),
  });
  return plans[0]?.name ?? '';
}

describe('status', async () => {
  const night = await bot();
  const { see, clock } = night;

  it('shows who leads, how long the phase lasts, what happened last, and that nothing is seen', async () => {
    await see('declare Key leaked sev:2');
    clock.forward(hourMs);
    await see('phase containment');
    clock.forward(2 * hourMs);
    await see('role assign scribe @bo');
    const view = await see('status');
    assert.equal(view.title, 'INC-1 Key leaked');
    assert.match(shown(view), /"phase","containment, for 2 h"/);
    assert.match(shown(view), /"commander","@ana"\],\["scribe","@bo"/);
    assert.match(shown(view), /"declared","2026-11-22 04:00 CET \(03:00 UTC\), 3 h ago"/);
    assert.match(shown(view), /No platform is connected/);
    assert.match(shown(view), /"3","11-22 07:00:00","ANA","@bo is scribe\."/);
    assert.equal(view.audience, 'person');
    assert.equal((await see('status INC-1', 'vic')).title, view.title);
    assert.equal((await see('status in:1.', 'vic')).title, view.title);
  });

  it('counts what is contained and what is not, and names what waits and what cannot be seen', async () => {
    const connection = await connect(night);
    const started = { startedAt: clock.now() };
    const states = ['verified', 'verified', 'contradicted', 'pending', 'unverifiable'] as const;
    await aPlan(night, connection, { state: 'running', ...started }, states);
    await aPlan(night, connection, { state: 'proposed', approvalsNeeded: 1 }, ['planned']);
    await aPlan(night, connection, { state: 'denied' }, ['planned']);
    const view = await see('status');
    assert.match(
      shown(view),
      /P-1","containing","running","1 contradicted, 1 unverifiable, 1 pending, 2 verified"/,
    );
    assert.match(JSON.stringify(view.data), /"name":"P-1".*"contradicted":\["w3"\]/);
    assert.match(shown(view), /P-2","containing","waits for a yes \(asked by @ana\)","1 workflow"/);
    assert.doesNotMatch(shown(view), /P-3/);
    assert.match(shown(view), /prod: its secret is missing/);
    assert.match(shown(view), /prod: never looked at; `scope sync prod`/);
    assert.ok(!view.next.includes('contain approve P-2'), 'who made a plan cannot approve it');
    assert.ok((await see('status', 'cy')).next.includes('contain approve P-2'));
    assert.ok(view.next.includes('contain status P-1'));
  });

  it('lets who could approve know by `me`, but not who asked', async () => {
    assert.match(shown(await see('me', 'bo')), /Waiting for your yes or no.*P-2: 1 workflow/);
    assert.doesNotMatch(shown(await see('me', 'ana')), /Waiting/);
    assert.doesNotMatch(shown(await see('me', 'vic')), /Waiting/);
    clock.forward(2 * hourMs);
    assert.doesNotMatch(shown(await see('me', 'bo')), /Waiting/);
  });
});

describe('close', async () => {
  const night = await bot();
  const { see, refused, timeline } = night;

  it('waits for plans, and for a reason when containment was never verified', async () => {
    await see('declare Key leaked');
    const connection = await connect(night);
    const startedAt = night.clock.now();
    await aPlan(night, connection, { state: 'finished', startedAt }, ['verified', 'contradicted']);
    const proposed = await aPlan(night, connection, { state: 'approved' }, ['planned']);
    assert.match(
      shown(await see('resolve')),
      /Not finished: P-2\..*Not verified: P-1 w2 contradicted\./,
    );
    const early = await refused('close despite:"nobody cares"');
    assert.equal(early.code, 'not_ready');
    assert.match(early.hint ?? '', new RegExp(`contain cancel ${proposed}`));
    night.clock.forward(2 * hourMs);
    assert.equal((await refused('close')).message, 'Not verified: P-1 w2 contradicted.');
    const view = await see('close despite:"the platform was switched off"');
    assert.match(view.title, /closed/);
    assert.equal((await kindsOf(night)).at(-1), 'incident_closed');
    assert.deepEqual((await timeline()).at(-1)?.data, {
      reason: 'the platform was switched off',
      unverified: ['P-1 w2 contradicted'],
    });
  });
});
