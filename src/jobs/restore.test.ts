import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anEngine } from '../testing/engine.ts';

describe('taking back what is on', () => {
  it('says of what was never seen off no more than that, and accuses nobody', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a', { lies: true }) });
    const plan = await engine.planned({ levers: ['disable'] });
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: contradicted']);
    const undo = await engine.planned({ undoes: plan });
    await engine.drive(undo);
    const [back] = await engine.actions(undo);
    assert.equal(back?.state, 'skipped');
    assert.match(back?.reason ?? '', /It is on, and was never seen off/);
    assert.doesNotMatch(back?.reason ?? '', /omebody/);
  });

  it('does say so when it was seen off and is seen on again', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    await engine.drive(plan);
    const toy = engine.toy.workflows.get('a');
    assert.ok(toy);
    toy.active = true;
    const [seen] = await engine.actions(plan);
    assert.ok(seen);
    // As `contain verify` finds it.
    await engine.store.save({ actions: [{ ...seen, state: 'contradicted' }] });
    const undo = await engine.planned({ undoes: plan });
    await engine.drive(undo);
    assert.match((await engine.actions(undo))[0]?.reason ?? '', /Somebody switched it on again/);
  });

  it('does not say that what was off before stays off while it is on', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const toy = engine.toy.workflows.get('a');
    assert.ok(toy);
    toy.active = false;
    await engine.look();
    engine.clock.forward(10 * 60_000);
    const plan = await engine.planned({ levers: ['disable'], offToo: true });
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified']);
    toy.active = true;

    const undo = await engine.planned({ undoes: plan });
    await engine.drive(undo);
    const [on] = await engine.actions(undo);
    assert.equal(on?.state, 'skipped');
    assert.match(
      on.reason ?? '',
      /^It was off before it was contained, and is on\. Somebody switched it on again meanwhile.*Next: `contain plan w1`\.$/,
    );
    assert.deepEqual(await engine.states(plan), ['disable w1: verified']);

    toy.active = false;
    const again = await engine.planned({ undoes: plan });
    await engine.drive(again);
    assert.match((await engine.actions(again))[0]?.reason ?? '', /nothing is switched on/);
  });

  it('tells when it was taken back, not when it was contained', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    await engine.drive(plan);
    engine.clock.forward(60_000);
    const undo = await engine.planned({ undoes: plan });
    await engine.drive(undo);
    const [off] = await engine.actions(plan);
    const [back] = await engine.actions(undo);
    assert.equal(off?.state, 'undone');
    assert.deepEqual(off.settledAt, back?.settledAt);
  });

  it('names the undo of ours that switched it on, and accuses nobody', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const first = await engine.planned({ levers: ['disable'] });
    await engine.drive(first);
    const toy = engine.toy.workflows.get('a');
    assert.ok(toy);
    // A colleague switches it on, so it is contained once more, and that is taken back.
    toy.active = true;
    await engine.look();
    engine.clock.forward(60_000);
    const second = await engine.planned({ levers: ['disable'] });
    await engine.drive(second);
    engine.clock.forward(60_000);
    const back = await engine.planned({ undoes: second });
    await engine.drive(back);
    assert.deepEqual(await engine.states(back), ['enable w1: verified']);

    const undo = await engine.planned({ undoes: first });
    await engine.drive(undo);

    const [left] = await engine.actions(undo);
    assert.equal(left?.state, 'skipped');
    assert.equal(left?.reason, `${back.name} switched it on again already; it was left as it is.`);
  });
});
