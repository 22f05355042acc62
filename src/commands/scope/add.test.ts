import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { kindsOf, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('the scope of an incident', async () => {
  const night = await estateBot();
  const { see, refused, timeline, toy, look } = night;

  it('takes in references, hosts and what a query finds, each once, with one event a line', async () => {
    await see('declare Stripe key leaked');
    const view = await see('scope add w1, c1 Evil.example');
    assert.equal(view.title, 'In the scope of INC-1: w1, c1 and evil.example');
    await see('scope add credential:"Stripe live"');
    assert.match(shown(await see('scope show')), /5 items/);
    assert.equal((await see('scope add w1')).title, 'Already in the scope of INC-1');
    assert.deepEqual(await kindsOf(night), ['incident_declared', 'scope_added', 'scope_added']);
    assert.equal((await timeline()).at(-1)?.text, 'In scope: w2 and w5.');
  });

  it('says what changed or went since it was added', async () => {
    assert.match((await see('scope diff', 'vic')).title, /None of 5 items in scope has changed/);
    const charge = toy.workflows.get('charge');
    if (charge) charge.version = 2;
    toy.workflows.delete('legacy');
    await look();
    const view = await see('scope diff', 'vic');
    assert.equal(view.title, '2 of 5 items in scope changed or went');
    assert.match(shown(view), /"w1","Charge cards","changed, active"/);
    assert.match(shown(view), /"w5","Legacy charge","gone"/);
  });

  it('drops what turned out not to be part of it', async () => {
    await see('scope drop w2 evil.example');
    assert.match((await timeline()).at(-1)?.text ?? '', /^No longer in scope: .*evil\.example/);
    assert.doesNotMatch(shown(await see('scope show')), /evil/);
    await see('scope add w2');
    assert.match(shown(await see('scope show')), /"w2"/);
  });

  it('refuses viewers and bad input, and changes nothing', async () => {
    const before = await timeline();
    assert.equal((await refused('scope add w3', 'vic')).code, 'not_allowed');
    assert.equal((await refused('scope drop w1', 'aud')).code, 'not_allowed');
    assert.match((await refused('scope add')).message, /“query” is missing/);
    assert.match((await refused('scope add w1 w77')).message, /No workflow has the reference w77/);
    assert.equal((await refused('scope add host:nowhere.example')).code, 'not_found');
    assert.match((await refused('scope drop w3')).message, /Nothing of that is in the scope/);
    assert.deepEqual(await timeline(), before);
  });

  it('is told to nobody but who asked while the incident is private', async () => {
    const said = async () => {
      const audiences = [];
      for (const line of ['add w3', 'convict w3', 'acquit w3', 'drop w3']) {
        audiences.push((await see(`scope ${line}`)).audience);
      }
      return new Set(audiences);
    };
    assert.deepEqual(await said(), new Set(['room']));
    await see('private on');
    assert.deepEqual(await said(), new Set(['person']));
    await see('private off');
  });

  it('is closed with its incident', async () => {
    await see('resolve');
    await see('close');
    assert.match((await refused('scope add w3 in:INC-1')).message, /INC-1 is closed/);
  });
});
