import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('a containment whose undo was killed half way', async () => {
  const { see, work, toy, store } = await estateBot((one) => {
    one.add('a');
  });

  it('names the undo and claims nothing of what that has asked for', async () => {
    await see('declare First');
    await see('contain plan w1');
    await see('contain run P-1');
    await work('P-1');
    await see('contain undo P-1');
    const before = await see('contain status P-1');
    assert.match(shown(before), /P-2 is taking it back \(running\)/);
    assert.equal(before.outcome, 'done');
    // As a worker leaves it that is killed between the call and the answer.
    const ana = (await store.people.list())[0]?.id ?? '';
    const undo = await store.plans.byName('P-2', ana);
    const [enable] = await store.plans.actions(undo?.id ?? '');
    assert.ok(enable);
    const requestedAt = new Date(Date.UTC(2026, 10, 23));
    await store.save({ actions: [{ ...enable, state: 'requested', requestedAt }] });
    const workflow = toy.workflows.get('a');
    assert.ok(workflow);
    workflow.active = true;
    const status = await see('contain status P-1');
    assert.equal(status.outcome, 'unverified');
    assert.match(shown(status), /P-2 was to switch it on again; it is not claimed to be off/);
    assert.equal(status.next[0], 'contain status P-2');
    assert.match(shown(await see('status')), /"P-1","containing","finished","1 unverifiable"/);
  });

  it('is seen through by whoever says undo once more', async () => {
    const again = await see('contain undo P-1');
    assert.match(again.title, /^P-2: /);
    assert.equal(again.outcome, 'open');
    assert.equal(again.follow, 'contain status P-2 in:INC-1');
    await work('P-2');
    assert.equal((await see('contain status P-2')).outcome, 'done');
    assert.match(shown(await see('contain status P-1')), /1 undone/);
  });
});
