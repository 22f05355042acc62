import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { placeholder } from '../../domain/button.ts';
import { kindsOf, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { planTitle } from '../plan-view.ts';

describe('containing, from plan to undo', async () => {
  const night = await estateBot();
  const { see, refused, say, toy, work, look, timeline, store } = night;
  const active = () => [...toy.workflows.values()].filter((one) => one.active).map(({ id }) => id);
  const everything = ['charge', 'refund', 'tax', 'alarm'];

  it('plans what a credential is used by, error workflows first, and does nothing yet', async () => {
    await see('declare Stripe key leaked sev:2');
    const view = await see('contain plan name:*charge* OR w2');
    assert.equal(view.title, 'P-1: disable 3 workflows and stop their executions');
    assert.match(shown(view), /"1","w4","Alarm","error workflow of w1".*"2","w1".*"3","w2"/);
    assert.match(shown(view), /off already and left out: w5/);
    assert.match(shown(view), /w2 calls w3 “Tax” \(on\): that one is not in this plan/);
    assert.match(shown(view), /5 workflows and 0 credentials seen just now/);
    assert.deepEqual(view.next, ['contain run P-1', 'contain status P-1', 'contain edit P-1 …']);
    assert.deepEqual(await kindsOf(night), ['incident_declared', 'plan_proposed']);
    assert.deepEqual(active(), everything);
    const status = await see('contain status', 'vic');
    assert.equal(status.outcome, 'done');
    assert.match(shown(status), /proposed; nothing was done yet/);
  });

  it('refuses who may not run it and what is no plan, and changes nothing', async () => {
    const before = await timeline();
    assert.equal((await refused('contain run P-1', 'vic')).code, 'not_allowed');
    assert.match((await refused('contain run P-9')).message, /no plan “P-9” that you can see/);
    assert.match((await refused('contain run everything')).message, /not what “plan” looks like/);
    assert.match((await refused('contain undo P-1')).message, /never run/);
    assert.match((await refused('contain verify P-1')).message, /Nothing of P-1 was done/);
    assert.deepEqual(await timeline(), before);
    assert.deepEqual(active(), everything);
  });

  it('stores the run with its job, and is open until all is verified', async () => {
    const view = await see('contain run');
    assert.equal(view.outcome, 'open');
    assert.equal(view.follow, 'contain status P-1 in:INC-1');
    const plan = await store.plans.byName('P-1', (await night.person('ana')).id);
    assert.ok(plan);
    const job = await store.jobs.state('contain', `contain:${plan.id}:${plan.revision - 1}`);
    assert.equal(job?.state, 'waiting');
    assert.equal((await see(view.follow ?? '')).outcome, 'open');
    const again = await see('contain run P-1', 'bo');
    assert.deepEqual([again.title, again.outcome], [`${planTitle(plan)} (running)`, 'open']);
    assert.equal(again.follow, view.follow);
    await work('P-1');
    const done = await see(view.follow ?? '');
    assert.equal(done.outcome, 'done');
    assert.match(shown(done), /"workflows","3 verified"/);
    assert.match(
      shown(done),
      /"w1","Charge cards","verified just now","verified just now","It hol/,
    );
    assert.match(shown(done), /Still possible by hand.*The editor can still run it/);
    assert.deepEqual(active(), ['tax']);
  });

  it('looks again when asked, and says so when something came back', async () => {
    const charge = toy.workflows.get('charge');
    assert.ok(charge);
    charge.active = true;
    const calls = toy.calls.length;
    const view = await see('contain verify', 'bo');
    assert.equal(view.outcome, 'open');
    await work('P-1');
    const found = await see(view.follow ?? '');
    assert.equal(found.outcome, 'failed');
    assert.match(shown(found), /"w1","Charge cards","contradicted/);
    assert.match(shown(found), /w1 is NOT contained/);
    const incident = await see('status', 'bo');
    assert.match(shown(incident), /w1 is NOT contained: the platform was seen to say otherwise\./);
    assert.equal(incident.next[0], 'contain plan w1');
    assert.equal(found.next[0], 'contain plan w1 in:INC-1');
    assert.ok(toy.calls.slice(calls).every((call) => call.startsWith('check-')));
    charge.active = false;
    await see('contain verify P-1');
    await work('P-1');
    assert.equal((await see('contain status P-1')).outcome, 'done');
  });

  it('takes it back exactly, and says what does not come back', async () => {
    await look();
    const undo = await see('contain undo P-1', 'bo');
    assert.equal(undo.title, 'P-2: switch 3 workflows on again');
    assert.match(shown(undo), /1 execution of w1 was stopped while running or waiting/);
    assert.match(shown(undo), /Schedules of w2 did not fire since 2026-11-22 03:00 UTC/);
    assert.match((await see('contain undo P-1')).title, /^P-2: .* \(running\)/);
    await work('P-2');
    assert.equal((await see(undo.follow ?? '')).outcome, 'done');
    assert.deepEqual(active(), everything);
    const status = await see('contain status P-1');
    assert.match(shown(status), /"workflows","3 undone"/);
    assert.deepEqual(status.next, ['contain verify P-1']);
    assert.match((await refused('contain undo P-1')).message, /nothing to undo/);
    assert.match((await refused('contain verify P-1')).message, /nothing can be verified/);
    assert.match((await refused('contain run P-1')).message, /a plan is used once/);
  });

  it('left one event for each decision, by the person who made it', async () => {
    const decisions = (await timeline()).filter(({ actor }) => actor?.kind === 'person');
    assert.deepEqual(
      decisions.map(({ kind, actor }) => `${kind} ${actor?.kind === 'person' ? actor.name : ''}`),
      [
        'incident_declared ANA',
        'plan_proposed ANA',
        'plan_started ANA',
        'verification_requested BO',
        'verification_requested ANA',
        'undo_started BO',
      ],
    );
  });

  it('answers every line it offered', async () => {
    const { next } = await see('contain plan w3');
    for (const line of next.filter((one) => !placeholder.test(one))) {
      assert.equal((await say(line)).kind, 'view', line);
    }
  });
});

describe('a drifted, slow or failing platform', async () => {
  const night = await estateBot((toy) => {
    toy.add('a');
    toy.add('b');
    toy.add('c', { notBefore: new Date('2026-11-22T05:00:00Z') });
  });
  const { see, toy, work } = night;

  it('is shown per workflow: skipped on drift, pending until the next fire', async () => {
    await see('declare Odd calls');
    await see('contain plan w1 w2 w3');
    const drifted = toy.workflows.get('a');
    if (drifted) drifted.version = 9;
    const run = await see('contain run P-1');
    await work('P-1');
    const status = await see(run.follow ?? '');
    assert.equal(status.outcome, 'failed');
    assert.match(shown(status), /"w1","Workflow a","skipped just now".*It changed since the plan/);
    assert.match(
      shown(status),
      /w1 is NOT contained: it changed .* is still on\. Next: `scope sync`, then `contain plan w1`/,
    );
    assert.match(shown(await see('status')), /w1 is NOT contained: it changed .* is still on\./);
    assert.match(shown(status), /"w2","Workflow b","verified/);
    assert.match(
      shown(status),
      /"w3","Workflow c","pending until 2026-11-22 06:00 CET \(05:00 UTC\)/,
    );
    assert.match(shown(status), /"watch","not looked at yet since P-1 acted; a running server/);
    assert.match(
      shown(status),
      /"waits","w3 until 2026-11-22 06:00 CET \(05:00 UTC\)\. It fires next then\./,
    );
  });
});
