import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import { estateBot, paymentsEstate } from '../../testing/estate-bot.ts';

describe('scope show', async () => {
  const night = await estateBot((toy) => {
    paymentsEstate(toy);
    toy.add('twin', { name: 'Tax' });
  });
  const { see, refused } = night;

  it('shows a workflow with its facts, who uses it, and lines made of references only', async () => {
    const view = await see('scope show w1', 'vic');
    assert.equal(view.title, 'w1 Charge cards');
    assert.match(shown(view), /"webhook","POST charge","","anyone may call it"/);
    assert.match(shown(view), /"calls host","api.stripe.com"/);
    assert.deepEqual(view.next, ['contain simulate w1', 'contain plan w1']);
    assert.match(shown(await see('scope show alarm')), /Used by w1/);
    assert.match(shown(await see('scope show w2')), /"calls workflow","w3 “Tax”"/);
  });

  it('finds by name, and lists the candidates of an ambiguous one', async () => {
    assert.equal((await see('scope show Charge cards')).title, 'w1 Charge cards');
    assert.equal((await see('scope show "Refund"')).title, 'w2 Refund');
    const problem = await refused('scope show tax');
    if (problem.code === 'ambiguous') assert.equal(problem.candidates.length, 2);
    const twins = await refused('scope show Tax');
    assert.equal(twins.code, 'ambiguous');
    assert.match(twins.candidates.join('\n'), /w3 workflow Tax \(.+\)\nw6 workflow Tax \(.+\)/);
  });

  it('shows a credential with everyone who uses it', async () => {
    const view = await see('scope show c1');
    assert.equal(view.title, 'c1 Stripe live');
    assert.match(shown(view), /w1.*w2.*w5/);
    assert.match(shown(view), /known only from workflows/);
  });

  it('shows who calls a host, also as people copy it from a search', async () => {
    for (const line of ['scope show tax.example', 'scope show host:tax.example']) {
      assert.equal((await see(line)).title, 'tax.example: called by 1 workflow');
    }
  });

  it('says when it knows nothing of that name', async () => {
    const problem = await refused('scope show nothing.example');
    assert.equal(problem.code, 'not_found');
    assert.match(problem.hint ?? '', /only at run time/);
  });

  it('mentions no plan of an incident that the caller may not see', async () => {
    await see('declare Quiet one private');
    const planned = await see('contain plan w2');
    const plan = planned.title.split(':')[0] ?? '';
    await see(`contain run ${plan}`);
    await night.work(plan);
    assert.match(shown(await see('scope show w2')), new RegExp(`Switched off by ${plan}`));
    assert.doesNotMatch(shown(await see('scope show w2', 'bo')), /Switched off/);
  });

  it('says of what is in the draft alone now that it was live until it was switched off', async () => {
    const refund = night.toy.workflows.get('refund');
    assert.ok(refund);
    refund.facts = [
      ...refund.facts.map((fact) => ({ ...fact, in: 'draft' as const })),
      aFact('host', 'later.example', { in: 'draft' }),
    ];
    night.clock.forward(1_000);
    await night.look();
    const view = shown(await see('scope show w2'));
    assert.match(view, /"every day at 06:00","","live until it was switched off"/);
    assert.match(view, /"later.example","","draft version only"/);
  });
});
