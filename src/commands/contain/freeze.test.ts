import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import { contain } from '../../jobs/contain.ts';
import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { toyJobs } from '../../testing/toy-platform.ts';

describe('a freeze of a connection', async () => {
  const night = await estateBot();
  const { see, refused, work, toy, person, look } = night;
  const on = () => [...toy.workflows.values()].filter(({ active }) => active).length;
  const all = 4;

  it('holds all that is active, and is R2 however little that is', async () => {
    await see('declare Worm severity:sev3');
    await see('contain plan w1 w2');
    await see('declare Secret hunt --private', 'bo');
    await see('contain plan w3', 'bo');
    assert.equal((await refused('contain freeze nowhere in:INC-1')).code, 'not_found');
    assert.equal((await refused('contain freeze prod in:INC-1', 'vic')).code, 'not_allowed');
    const view = await see('contain freeze prod in:INC-1');
    assert.match(view.title, /^P-2: freeze prod: disable 4 workflows and stop their executions$/);
    assert.match(shown(view), /"class","R2/);
    assert.match(shown(view), /As it begins, 2 plans for workflows there that still wait end;/);
    assert.match(shown(view), /Another approver or responder says yes with `contain approve P-2`/);
    assert.deepEqual(view.next, ['contain status P-2', 'contain cancel P-2']);
    assert.match((await refused('contain run P-2')).message, /needs the yes of another person/);
    assert.equal(on(), all);
    const twice = await refused('contain freeze prod in:INC-1');
    assert.match(twice.message, /^P-2 is to freeze prod already\.$/);
    assert.match(twice.hint ?? '', /`contain cancel P-2`/);
  });

  it('ends what waits there as it begins and not before, of whatever incident', async () => {
    assert.doesNotMatch(shown(await see('contain status P-1')), /denied/);
    await see('contain plan w4 in:INC-1');
    await see('contain approve P-2', 'cy');
    // Whoever changes it just before is not to hold off a freeze.
    const changing = toy.workflows.get('charge');
    assert.ok(changing);
    changing.version += 1;
    assert.doesNotMatch(shown(await see('contain status P-1')), /denied/);
    await see('contain run P-2');
    await work('P-2');
    assert.equal(on(), 0);
    const words = shown(await see('log show 50 in:INC-1'));
    assert.match(words, /accepted to disable w1 .* It changed since the plan was made\./);
    const status = shown(await see('contain status P-1'));
    assert.match(status, /denied; nothing was done: prod is being frozen\./);
    assert.match(
      (await refused('contain run P-1')).message,
      /^P-1 is denied; a plan is used once\. The reason: prod is being frozen\.$/,
    );
    const hers = await night.store.incidents.list((await person('bo')).id, {
      closed: false,
      limit: 9,
    });
    const secret = hers.find(({ visibility }) => visibility === 'private');
    const told = await night.store.timeline.latest(secret?.id ?? '', 1);
    assert.match(told[0]?.text ?? '', /^P-\d+ denied; nothing was done\. prod is being frozen\.$/);
    assert.match(shown(await see('contain status P-3')), /prod is being frozen/);
    assert.match((await refused('contain freeze prod in:INC-1')).message, /prod is frozen already/);
  });

  it('lets what came back be contained, says so, and lets nothing else be switched on', async () => {
    const charge = toy.workflows.get('charge');
    assert.ok(charge);
    charge.active = true;
    await look();
    assert.match(shown(await see('contain plan w1 in:INC-1')), /prod is frozen: what is on there/);
    await see('contain run P-4');
    await work('P-4');
    const back = await refused('contain undo P-4');
    assert.match(back.message, /prod is frozen, so nothing on it is switched on again/);
    assert.match(back.hint ?? '', /contain thaw prod/);
  });

  it('tells of what came on that it does not hold, and names it until it is contained', async () => {
    toy.add('brand-new', { name: 'Brand new', changedBy: 'Sam' });
    await look();
    await look();
    const told = (await night.timeline()).filter(({ kind }) => kind === 'on_while_frozen');
    assert.deepEqual(
      told.map(({ text }) => text),
      [
        'P-2: prod is frozen, and w6 “Brand new” (last changed by Sam) came on there. Next: `contain plan w6`.',
      ],
    );
    for (const line of ['contain status P-2', 'status INC-1']) {
      assert.match(
        shown(await see(line)),
        /prod is frozen, and 1 workflow came on there since: w6\. Contain it with `contain plan w6`/,
      );
    }
    toy.workflows.delete('brand-new');
    await look();
    assert.doesNotMatch(shown(await see('status INC-1')), /came on there since/);
  });

  it('is thawed exactly', async () => {
    assert.equal((await see('contain thaw prod in:INC-1')).outcome, 'open');
    await work('P-5');
    assert.equal(on(), all - 1, 'what another containment keeps off stays off');
    assert.match((await refused('contain thaw prod')).message, /prod is not frozen/);
    await see('contain undo P-4');
    await work('P-6');
    assert.equal(on(), all);
  });

  it('ends an undo that is under way, before it switches on one more', async () => {
    await look();
    await see('contain plan w1 in:INC-1');
    await see('contain run P-7');
    await work('P-7');
    await look();
    await see('contain undo P-7');
    await see('contain freeze prod in:INC-1');
    await see('contain approve P-9', 'cy');
    await see('contain run P-9');
    await work('P-8');
    assert.match(shown(await see('contain status P-8')), /"skipped.*Its connection was frozen mea/);
    await work('P-9');
    assert.equal(on(), 0);
    await see('contain thaw prod');
    await work('P-10');
    await see('contain undo P-7');
    await work('P-11');
    assert.equal(on(), all);
  });

  it('switches nothing on behind a freeze that began while the platform put an undo off', async () => {
    await look();
    await see('contain plan w1 in:INC-1');
    await see('contain run P-12');
    await work('P-12');
    await look();
    await see('contain undo P-12');
    await see('contain freeze prod in:INC-1');
    await see('contain approve P-14', 'cy');
    let tries = 0;
    toy.fail = (call) => {
      if (!call.startsWith('enable charge')) return undefined;
      tries += 1;
      return new PlatformError('n8n', 'rate_limited', 'Later.', { retryAfterMs: 1_000 });
    };
    const { store, clock } = night;
    const undo = await store.plans.byName('P-13', (await person('ana')).id);
    const wait = async (ms: number) => {
      clock.forward(ms);
      if (tries === 1) await see('contain run P-14');
    };
    const never = new AbortController().signal;
    await contain({ ...toyJobs(store, clock, toy), wait }, { plan: undo?.id ?? '' }, never);
    toy.fail = () => undefined;
    assert.equal(tries, 1);
    assert.match(
      shown(await see('contain status P-13')),
      /"skipped.*Its connection was frozen mea/,
    );
    assert.equal(toy.workflows.get('charge')?.active, false);
    await work('P-14');
    await see('contain thaw prod');
    await work('P-15');
    await see('contain undo P-12');
    await work('P-16');
    assert.equal(on(), all);
  });

  it('keeps off what is off already, when nothing there is on', async () => {
    for (const one of toy.workflows.values()) one.active = false;
    await look();
    const view = await see('contain freeze prod in:INC-1');
    assert.match(view.title, /^P-17: freeze prod: keep off 5 workflows that are off already/);
    await see('contain approve P-17', 'cy');
    await see('contain run P-17');
    await work('P-17');
    assert.match((await refused('contain freeze prod in:INC-1')).message, /prod is frozen already/);
    await see('contain thaw prod');
    await work('P-18');
    assert.equal(on(), 0);
    assert.match((await refused('contain thaw prod')).message, /prod is not frozen/);
  });
});
