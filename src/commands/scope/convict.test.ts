import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('a convicted workflow', async () => {
  const night = await estateBot((toy) => {
    toy.add('a');
    toy.add('b');
  });
  const { see, refused, work, toy, look, timeline } = night;
  const active = () => [...toy.workflows.values()].filter((one) => one.active).map(({ id }) => id);

  it('is in scope, with who said so and why', async () => {
    await see('declare Theft');
    await see('contain plan w1 w2');
    await see('contain run P-1');
    await work('P-1');
    await look();
    const view = await see('scope convict w1 it sends customers away');
    assert.equal(view.title, 'Convicted: w1 “Workflow a” stays off unless an undo names it');
    assert.match(shown(await see('scope show')), /"w1",.*"convicted: it sends customers away"/);
    assert.deepEqual(
      (await timeline()).slice(-2).map(({ kind, text }) => `${kind}: ${text}`),
      [
        'scope_added: In scope: w1.',
        'workflow_convicted: Convicted: w1 “Workflow a” stays off unless an undo names it. it sends customers away',
      ],
    );
  });

  it('stays off when its plan is taken back, and says so', async () => {
    const undo = await see('contain undo P-1');
    const words = 'w1 stays off, because it is convicted; `contain undo P-1 w1` names one.';
    assert.ok(shown(undo).includes(words), shown(undo));
    await work('P-2');
    assert.deepEqual(active(), ['b']);
    assert.match(shown(await see('log show 20')), /w1 stays off, because it is convicted/);
    const again = await refused('contain undo P-1');
    assert.equal(again.message, words);
  });

  it('is still watched, and switched on only by a line that names it', async () => {
    assert.equal((await night.store.watch.held()).length, 1);
    assert.match((await refused('contain undo P-1 w9')).message, /“w9” is no workflow of P-1/);
    await see('contain undo P-1 w1');
    await work('P-3');
    assert.deepEqual(active(), ['a', 'b']);
    assert.equal((await night.store.watch.held()).length, 0);
  });

  it('may be acquitted', async () => {
    await see('scope acquit w1');
    assert.doesNotMatch(shown(await see('scope show')), /convicted/);
    assert.match((await refused('scope acquit w1')).message, /w1 is acquitted in INC-1 already/);
  });

  it('need not be convicted to be acquitted, as who only has an address is not', async () => {
    await look();
    await see('contain plan w1');
    await see('contain run P-4');
    const held = toy.workflows.get('a') ?? assert.fail();
    held.heldBy = 'b';
    held.doubts = ['“Workflow b” answers.'];
    await work('P-4');
    assert.equal((await see('contain status P-4')).next[0], 'contain plan w2');
    assert.equal((await see('status')).next[0], 'contain plan w2');
    const view = await see('scope acquit w2');
    assert.deepEqual(view.next, ['contain verify P-4', 'scope show']);
    const words = 'counts as harmless: that it can have an address that was contained is no doubt';
    assert.equal(view.title, `Acquitted: w2 “Workflow b” ${words}`);
    assert.equal((await timeline()).at(-1)?.text, `Acquitted: w2 “Workflow b” ${words}.`);
  });

  it('is named by who may, as a reference, or nothing changes', async () => {
    const before = await timeline();
    assert.equal((await refused('scope convict w1', 'vic')).code, 'not_allowed');
    assert.equal((await refused('scope acquit w1', 'aud')).code, 'not_allowed');
    assert.match(
      (await refused('scope convict evil.example')).message,
      /no reference of a workflow/,
    );
    assert.equal((await refused('scope convict w77')).code, 'not_found');
    assert.deepEqual(await timeline(), before);
  });
});

describe('a workflow that another incident has convicted', async () => {
  const night = await estateBot((toy) => {
    toy.add('a');
    toy.add('b');
  });
  const { see, refused, work, toy } = night;
  const active = () => [...toy.workflows.values()].filter((one) => one.active).map(({ id }) => id);

  it('stays off by an undo that does not name it, which says where it was convicted', async () => {
    await see('declare Theft');
    await see('scope add w1');
    await see('scope convict w1 it calls the thief');
    await see('declare Phishing');
    await see('contain plan w1 w2 in:INC-2');
    await see('contain run P-1');
    await work('P-1');
    const undo = shown(await see('contain undo P-1'));
    const words =
      'w1 stays off, because it is convicted in INC-1; `contain undo P-1 w1` names one.';
    assert.ok(undo.includes(words), undo);
    await work('P-2');
    assert.deepEqual(active(), ['b']);
    assert.equal((await refused('contain undo P-1')).message, words);
  });

  it('comes back when it is named, and the incident that convicted it is told', async () => {
    await see('contain undo P-1 w1');
    await work('P-3');
    assert.deepEqual(active(), ['a', 'b']);
    const incident = await night.store.incidents.byName('INC-1', (await night.person('ana')).id);
    const told = (await night.store.timeline.latest(incident?.id ?? '', 1))[0];
    assert.equal(told?.kind, 'convicted_named');
    assert.equal(
      told.text,
      'w1, which is convicted here, was named to be switched on again: P-1 of INC-2 is taken back.',
    );
  });

  it('is not said to be convicted by an incident that is private', async () => {
    const { title } = await see('declare Insider --private', 'bo');
    const [secret = ''] = title.split(' ');
    await see(`scope add w2 in:${secret}`, 'bo');
    await see(`scope convict w2 in:${secret}`, 'bo');
    await see('contain plan w2 in:INC-2');
    await see('contain run P-4');
    await work('P-4');
    const alone = await refused('contain undo P-4');
    assert.match(alone.message, /^w2 stays off, because it is convicted in another incident; /);
    assert.ok(!JSON.stringify(alone).includes(secret));
  });
});
