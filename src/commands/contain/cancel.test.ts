import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { kindsOf, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('stopping a plan', async () => {
  const night = await estateBot((toy) => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) toy.add(id);
  });
  const { see, refused, timeline, toy, work } = night;
  const active = () => [...toy.workflows.values()].filter((one) => one.active).length;

  it('pauses between two workflows, goes on, and ends', async () => {
    await see('declare Worm');
    await see('contain plan w1 w2 w3 w4 w5');
    await see('contain run P-1');
    let paused = false;
    const pause = async () => {
      pausing = shown(await see('contain pause P-1 payroll is affected', 'bo'));
    };
    toy.meanwhile = (call) => {
      // Somebody types while the first workflow is being switched off.
      if (call !== 'disable a' || paused) return undefined;
      paused = true;
      return pause();
    };
    let pausing = '';
    await work('P-1');
    assert.match(pausing, /w1.* asked for already, or about to be, and may still be done/);
    const left = active();
    assert.ok(left > 0 && left < 5, `${left} are active`);
    const status = await see('contain status');
    assert.match(shown(status), /paused: payroll is affected/);
    assert.equal(status.outcome, 'unverified');
    await see('contain run', 'bo');
    await work('P-1');
    assert.equal(active(), 0);
    assert.deepEqual(
      (await kindsOf(night)).filter((kind) => kind.startsWith('plan_')),
      ['plan_proposed', 'plan_started', 'plan_paused', 'plan_resumed', 'plan_finished'],
    );
  });

  it('cancels before the run, so that nothing can run it any more', async () => {
    await see('contain undo P-1');
    await work('P-2');
    await night.look();
    await see('contain plan w1');
    const view = await see('contain cancel P-3 wrong credential', 'bo');
    assert.equal(view.title, 'P-3 is cancelled');
    assert.match((await timeline()).at(-1)?.text ?? '', /nothing was done\. wrong credential/);
    assert.match((await refused('contain run P-3')).message, /P-3 is cancelled/);
    assert.equal(active(), 5);
    const status = await see('contain status P-3');
    assert.equal(status.outcome, 'failed');
    assert.deepEqual(status.next, [], 'nothing was done that could be verified');
  });

  it('cancels a paused run: what was done stays, is verified, and can be undone', async () => {
    await see('contain plan w1 w2 w3');
    await see('contain run P-4');
    await see('contain pause P-4');
    await work('P-4');
    await see('contain cancel P-4');
    await work('P-4');
    assert.match(shown(await see('contain status P-4')), /3 skipped/);
    assert.match((await refused('contain undo P-4')).message, /nothing to undo/);
    assert.equal(active(), 5);
  });

  it('refuses viewers and what is over, and changes nothing', async () => {
    const before = await timeline();
    assert.equal((await refused('contain cancel P-4', 'vic')).code, 'not_allowed');
    assert.equal((await refused('contain pause P-4', 'aud')).code, 'not_allowed');
    assert.match((await refused('contain cancel P-4')).message, /cannot be cancelled/);
    assert.match((await refused('contain pause P-4')).message, /cannot be paused/);
    assert.match((await refused('contain pause')).message, /no plan that is running/);
    assert.match((await refused('contain cancel')).message, /“plan” is missing/);
    assert.deepEqual(await timeline(), before);
  });
});
