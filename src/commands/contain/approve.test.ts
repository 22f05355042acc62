import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { kindsOf, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('a plan that needs another person', async () => {
  const night = await estateBot((toy) => {
    for (let number = 1; number <= 45; number += 1) toy.add(`wf${number}`);
  });
  const { see, refused, timeline, clock, failures } = night;

  it('says so, and shows all of its targets page by page', async () => {
    await see('declare Worm');
    const view = await see('contain plan active:true');
    assert.equal(view.title, 'P-1: disable 45 workflows and stop their executions');
    assert.match(shown(view), /the yes of another approver or responder/);
    assert.match(shown(view), /Page 1 of 2; more with `contain status P-1 page:2`/);
    assert.deepEqual(view.next, ['contain status P-1', 'contain edit P-1 …', 'contain cancel P-1']);
    assert.match(shown(await see('contain status P-1 page:2', 'cy')), /"45","w45"/);
    assert.equal((await refused('contain status P-1 page:3')).code, 'bad_input');
    assert.deepEqual((await see('contain status P-1')).next, ['contain cancel P-1']);
    assert.equal((await see('contain status P-1', 'cy')).next[0], 'contain approve P-1');
  });

  it('is refused to run alone, and to be approved by who made it or by a viewer', async () => {
    const before = await timeline();
    assert.match((await refused('contain run P-1')).message, /needs the yes of another person/);
    assert.match((await refused('contain approve P-1')).message, /You made P-1/);
    const viewer = await refused('contain approve P-1', 'vic');
    assert.match(viewer.message, /approver or responder/);
    assert.equal((await refused('contain approve', 'cy')).code, 'bad_input');
    assert.match((await refused('contain approve P-1 digest:abc', 'cy')).message, /What you read/);
    assert.match((await refused('contain deny P-1')).message, /You made P-1/);
    assert.deepEqual(await timeline(), before);
  });

  it('runs after one yes of somebody else, by whoever may run it', async () => {
    const view = await see('contain approve P-1 agreed with payments', 'cy');
    assert.equal(view.title, 'P-1 is approved: 45 workflows');
    assert.doesNotMatch(shown(view), /"needs"/);
    assert.match(shown(view), /"rule","the yes of another/);
    assert.match((await timeline()).at(-1)?.text ?? '', /agreed with payments/);
    assert.match((await refused('contain approve P-1', 'cy')).message, /decided on P-1 already/);
    assert.match((await refused('contain approve P-1', 'bo')).message, /P-1 is approved/);
    assert.equal((await see('contain run P-1', 'bo')).outcome, 'open');
    assert.deepEqual(await kindsOf(night), [
      'incident_declared',
      'plan_proposed',
      'plan_approved',
      'plan_started',
    ]);
  });

  it('ends on a no, with the reason', async () => {
    await see('contain plan active:true');
    const view = await see('contain deny P-2 payroll runs tonight', 'bo');
    assert.equal(view.title, 'P-2 is denied; nothing was done');
    assert.match(shown(await see('contain status P-2')), /denied; nothing was done: payroll runs/);
    assert.match((await refused('contain approve P-2', 'cy')).message, /P-2 is denied/);
    assert.match((await refused('contain deny P-2')).message, /P-2 is denied; it cannot be denied/);
    assert.match((await refused('contain run P-2')).message, /P-2 is denied/);
  });

  it('takes many presses at once for one', async () => {
    const pressed = async (line: string, people: readonly string[]) => {
      const replies = await Promise.all(people.map((who) => night.say(line, who)));
      return replies.flatMap((reply) => (reply.kind === 'view' ? [reply.title] : []));
    };
    await see('contain plan active:true');
    assert.equal((await pressed('contain approve P-3', ['cy', 'bo', 'cy', 'bo'])).length, 1);
    const started = await pressed('contain run P-3', ['ana', 'bo', 'cy', 'ana']);
    assert.equal(started.filter((title) => title.startsWith('P-3 runs')).length, 1);
    assert.equal(started.filter((title) => title.endsWith('(running)')).length, 3);
    const kinds = (await kindsOf(night)).slice(-3);
    assert.deepEqual(kinds, ['plan_proposed', 'plan_approved', 'plan_started']);
  });

  it('expires, and then neither a yes nor a run is taken', async () => {
    await see('contain plan active:true');
    clock.forward(31 * 60_000);
    assert.match((await refused('contain approve P-4', 'cy')).message, /P-4 expired at/);
    assert.match((await refused('contain run P-4')).message, /P-4 expired at/);
    const status = await see('contain status P-4');
    assert.equal(status.outcome, 'failed');
    assert.match(shown(status), /expired; nothing was done/);
    assert.deepEqual(failures, []);
  });
});

describe('many small plans', async () => {
  const { see, refused, clock } = await estateBot((toy) => {
    for (let number = 1; number <= 21; number += 1) toy.add(`wf${number}`);
    toy.add('wf22', { active: false });
  });

  it('do not get around the yes of another person', async () => {
    await see('declare Worm');
    for (const [plan, first] of [1, 6, 11, 16].entries()) {
      const refs = Array.from({ length: 5 }, (_, index) => `w${first + index}`);
      await see(`contain plan ${refs.join(' ')}`);
      await see(`contain run P-${plan + 1}`);
    }
    await see('contain plan w21');
    assert.match((await refused('contain run P-5')).message, /20 workflows alone within an hour/);
    await see('contain plan w22');
    assert.equal((await see('contain run P-6')).outcome, 'open', 'it is off already');
    await see('contain approve P-5', 'bo');
    assert.equal((await see('contain run P-5')).outcome, 'open');
    clock.forward(61 * 60_000);
    await see('contain plan w1');
    assert.equal((await see('contain run P-7')).outcome, 'open');
  });
});

describe('who made a plan', async () => {
  const night = await estateBot((toy) => {
    for (let number = 1; number <= 6; number += 1) toy.add(`wf${number}`);
  });
  const { see } = night;

  it('reads in every room that others say yes, and is never offered it', async () => {
    await see('declare Worm');
    const ana = { person: await night.person('ana'), room: 'slack:C1', source: 'slack' } as const;
    const reply = await night.dispatch(ana, 'contain plan active:true in:INC-1');
    assert.ok(reply.kind === 'view');
    assert.match(shown(reply), /Another approver or responder says yes with `contain approve P-1`/);
    assert.deepEqual(reply.next, [
      'contain status P-1',
      'contain edit P-1 …',
      'contain cancel P-1',
    ]);
    assert.doesNotMatch((await see('status')).next.join(), /approve/);
    assert.match((await see('status', 'cy')).next.join(), /contain approve P-1/);
  });
});
