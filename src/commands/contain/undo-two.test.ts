import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { kindsOf, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('taking back while a credential of the incident is not final', async () => {
  const night = await estateBot(undefined, { environment: 'drill' });
  const { see, refused, work, toy, clock } = night;

  it('waits for the yes of another person, and says why', async () => {
    await see('declare Stripe key leaked');
    await see('scope add c1');
    await see('contain plan w1');
    await see('contain run P-1');
    await work('P-1');
    assert.equal(toy.workflows.get('charge')?.active, false);
    const view = await see('contain undo P-1');
    assert.match(
      shown(view),
      /“Stripe live” may still open something, so another approver or resp/,
    );
    assert.equal(view.outcome, 'done');
    assert.equal((await kindsOf(night)).at(-1), 'plan_proposed');
    assert.match((await refused('contain run P-2')).message, /the yes of another person first/);
    assert.match((await refused('contain undo P-1')).message, /being undone already, by P-2/);
    assert.equal(toy.workflows.get('charge')?.active, false);
  });

  it('is done after it, exactly', async () => {
    const before = shown(await see('contain status P-2', 'bo'));
    const said = shown(await see('contain approve P-2', 'bo'));
    for (const answer of [before, said]) {
      assert.match(answer, /“Stripe live” may still open something/);
      assert.match(answer, /Calls to the webhooks.* were refused/);
    }
    assert.equal((await see('contain run P-2')).outcome, 'open');
    await work('P-2');
    assert.equal(toy.workflows.get('charge')?.active, true);
  });

  it('needs one person once the credential is dead for good', async () => {
    await see('contain plan w1');
    await see('contain run P-3');
    await work('P-3');
    await see('cred revoke c1');
    clock.forward(1_000);
    await see('cred done c1 rotated at Stripe', 'ana');
    assert.equal((await see('contain undo P-3')).outcome, 'done');
    await see('contain cancel P-4');
    await see('cred confirm c1 seen dead', 'cy');
    assert.equal((await see('contain undo P-3')).outcome, 'open');
  });

  it('waits as well for one that only the query of a plan has named', async () => {
    await work('P-5');
    await see('declare Stripe key leaked again');
    await see('contain plan credential:Stripe* in:INC-2');
    await see('contain run P-6 in:INC-2');
    await work('P-6');
    const view = await see('contain undo P-6 in:INC-2');
    assert.match(shown(view), /“Stripe live” may still open something/);
    assert.equal(toy.workflows.get('charge')?.active, false);
  });

  it('takes nothing for suspect that a query has left out', async () => {
    await see('contain cancel P-7 in:INC-2');
    await see('declare Another one');
    await see('contain plan -credential:Stripe* in:INC-3');
    await see('contain run P-8 in:INC-3');
    await work('P-8');
    assert.equal((await see('contain undo P-8 in:INC-3')).outcome, 'open');
  });
});
