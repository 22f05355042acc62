import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('undoing what another incident also contains', async () => {
  const night = await estateBot((toy) => {
    toy.add('a');
    toy.add('b');
  });
  const { see, work, toy, look } = night;
  const active = () => [...toy.workflows.values()].filter((one) => one.active).map(({ id }) => id);

  it('leaves off what the other keeps off, and says so without giving it away', async () => {
    await see('declare First');
    await see('contain plan w1 w2');
    await see('contain run P-1');
    await work('P-1');
    await look();
    await see('declare Second', 'bo');
    await see('private on in:INC-2', 'bo');
    const plan = await see('contain plan w1 in:INC-2', 'bo');
    const name = plan.title.split(':')[0] ?? '';
    await see(`contain run ${name}`, 'bo');
    assert.deepEqual(active(), []);
    const undo = await see('contain undo P-1', 'ana');
    assert.match(shown(undo), /w1 stays off, because another containment keeps it off/);
    assert.ok(!shown(undo).includes(name) && !shown(undo).includes('INC-2'), shown(undo));
    const lookBack = toy.checkEnabled.bind(toy);
    toy.checkEnabled = async (targets) =>
      (await lookBack(targets)).map((reading) => ({
        ...reading,
        proofs: reading.proofs.flatMap((proof) => [proof, { ...proof, finding: 'silent' }]),
      }));
    const undoName = undo.title.split(':')[0] ?? '';
    await work(undoName);
    assert.deepEqual(active(), ['b']);
    const status = await see(`contain status ${undoName}`);
    assert.equal(status.outcome, 'unverified');
    assert.match(shown(status), /"w1","Workflow a","skipped.*Another containment keeps it off/);
    assert.match(shown(status), /w2: published as before; whether schedules .* was not seen/);
    const told = shown(await see('log show 50 in:INC-1'));
    assert.match(told, /w1 stays off/);
    assert.ok(!told.includes(name) && !told.includes('INC-2'));
  });
});

describe('undoing two containments of one workflow', async () => {
  const { see, work, toy, look } = await estateBot((one) => {
    one.add('a');
  });
  const isOn = () => toy.workflows.get('a')?.active;

  it('switches it on with the last of them, in whichever order they are undone', async () => {
    await see('declare First');
    await see('contain plan w1');
    await see('contain run P-1');
    await work('P-1');
    await look();
    await see('declare Second');
    await see('contain plan w1 in:INC-2');
    await see('contain run P-2');
    await work('P-2');
    const told = shown(await see('log show 50 in:INC-2'));
    assert.match(told, /P-2: w1 “Workflow a” was off already/);
    assert.doesNotMatch(told, /accepted to disable/);
    const first = await see('contain undo P-1');
    assert.match(shown(first), /What else keeps workflows off: P-2 of INC-2/);
    await work('P-3');
    assert.equal(isOn(), false);
    const second = await see('contain undo P-2');
    assert.equal(second.title, 'P-4: let go of 1 workflow');
    await work('P-4');
    const released = await see('contain status P-4');
    assert.equal(released.outcome, 'done');
    assert.match(shown(released), /It was off before it was contained; nothing is switched on/);
    assert.match(shown(released), /w1, switched off by P-1: `contain undo P-1` switches it on\./);
    assert.equal(released.next[0], 'contain undo P-1');
    assert.equal(isOn(), false);
    await see('contain undo P-1');
    await work('P-5');
    assert.equal(isOn(), true);
    assert.match(shown(await see('contain status P-1')), /1 undone/);
    assert.doesNotMatch(shown(await see('contain status P-4')), /contain undo P-1/);
  });
});

describe('two incidents that plan the same live workflow', async () => {
  const { see, work, toy, store, look, connection } = await estateBot((one) => {
    one.add('a');
    one.add('b');
  });
  const isOn = () => toy.workflows.get('a')?.active;

  it('hold it both, whichever runs first: what it finds off the second keeps off', async () => {
    await see('declare First');
    await see('contain plan w1');
    await see('declare Second');
    await see('contain plan w1 in:INC-2');
    await see('contain run P-1');
    await work('P-1');
    await see('contain run P-2');
    await work('P-2');
    const status = await see('contain status P-2');
    assert.equal(status.outcome, 'done');
    assert.match(shown(status), /It was off already\./);
    const told = shown(await see('log show 50 in:INC-2'));
    assert.match(told, /P-2: w1 “Workflow a” was off already; not verified yet\./);
    assert.match(told, /P-2: w1 “Workflow a” was off already, and is verified off\./);
    const plan = await store.plans.byName('P-2', (await store.people.list())[0]?.id ?? '');
    const journal = await store.plans.journal(plan?.id ?? '');
    assert.deepEqual(
      journal.filter(({ call }) => call === 'disable').map(({ outcome, text }) => [outcome, text]),
      [
        [undefined, undefined],
        ['ok', 'It was off already.'],
      ],
    );
  });

  it('keep it off for each other, and the first switches it on at last', async () => {
    const undo = await see('contain undo P-1');
    assert.match(shown(undo), /What else keeps workflows off: P-2 of INC-2/);
    await work('P-3');
    assert.equal(isOn(), false);
    await see('contain undo P-2');
    await work('P-4');
    assert.match(
      shown(await see('contain status P-4')),
      /It was off before it was contained; nothing is switched on/,
    );
    assert.equal(isOn(), false);
    await see('contain undo P-1');
    await work('P-5');
    assert.equal(isOn(), true);
  });

  it('tell in the plan what is off already, and keep that off too', async () => {
    toy.add('c', { active: false });
    await look();
    await see('contain plan w3 in:INC-1');
    await see('contain run P-6');
    await work('P-6');
    const status = await see('contain status P-6');
    assert.equal(status.outcome, 'done');
    assert.match(shown(status), /It was off already\./);
    const holds = await store.plans.containing({
      connection: connection.id,
      id: 'c',
    });
    assert.deepEqual(
      holds.map(({ name }) => name),
      ['P-6'],
    );
  });

  it('say plainly that what also changed is not held', async () => {
    await see('contain plan w2 in:INC-1');
    await see('contain plan w2 in:INC-2');
    await see('contain run P-7');
    await work('P-7');
    const drifted = toy.workflows.get('b');
    assert.ok(drifted);
    drifted.version = 2;
    await see('contain run P-8');
    await work('P-8');
    assert.match(
      shown(await see('contain status P-8')),
      /is off now, but changed since the plan was made: this plan does not keep it off;/,
    );
  });
});
