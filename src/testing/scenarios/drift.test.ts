/** Somebody edits a workflow between the plan and the act: it is left alone, and shown. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import { aNight } from '../sandbox-night.ts';

describe('a workflow that drifts under the hand', () => {
  it('is not touched, and the plan says why', async () => {
    const { id, what, trouble, carryOut, wordsFrom, estate, see } = await aNight('Address cleanup');
    await trouble.make('drift', {
      call: 'observe',
      workflow: id,
      times: 1,
      does: { kind: 'drifts' },
    });

    await carryOut('contain run P-1');

    const [ref] = what.split(' ');
    const why =
      'It changed since the plan was made and is still on; run “scope sync” and plan it again.';
    assert.deepEqual(await wordsFrom('did not'), [
      `P-1: did not disable ${what}. ${why}`,
      `P-1: did not stop the executions of ${what}. ${why}`,
      `P-1 has ended for 1 workflow: 1 skipped. ${ref} is NOT contained: it changed since the plan ` +
        `was made and is still on. Next: \`scope sync\`, then \`contain plan ${ref}\`.`,
    ]);
    assert.ok(await estate('shop').callWebhook('cleanup-7f3a', 'GET'));
    const status = await see('contain status P-1');
    assert.equal(status.outcome, 'failed');
    assert.deepEqual(status.next.slice(0, 2), ['scope sync', `contain plan ${ref}`]);
    assert.match(shown(status), /is NOT contained: it changed .* and is still on/);
  });

  it('is contained although its draft is edited all the while, and its plan tells of that', async () => {
    const { id, what, carryOut, wordsFrom, estate } = await aNight('Address cleanup');
    await estate('shop').edit(id);

    await carryOut('contain run P-1');

    const words = await wordsFrom('P-1: ');
    assert.match(
      words.find((text) => text.includes('accepted')) ?? words.join('\n'),
      /Its draft changed since the plan was made; what ran did not\./,
    );
    assert.deepEqual(words.slice(-3), [
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
    await carryOut('contain undo P-1', 'P-2');
    assert.ok(await estate('shop').callWebhook('cleanup-7f3a', 'GET'));
  });

  it('is contained by a plan that was made of what it is now', async () => {
    const { id, what, trouble, carryOut, wordsFrom, look, see } = await aNight('Address cleanup');
    await trouble.make('drift', {
      call: 'observe',
      workflow: id,
      times: 1,
      does: { kind: 'drifts' },
    });
    await carryOut('contain run P-1');
    await look();
    await see('contain plan name:"Address cleanup"');

    await carryOut('contain run P-2', 'P-2');

    assert.deepEqual((await wordsFrom('P-2: ')).slice(-3), [
      `P-2: ${what} is verified disabled.`,
      `P-2: ${what} is verified stopped.`,
      'P-2 has ended for 1 workflow: 1 verified.',
    ]);
    assert.doesNotMatch(shown(await see('contain status P-1')), /NOT contained/);
  });

  it('each time before it is contained, is told of with what does not mind it', async () => {
    const { id, trouble, carryOut, wordsFrom, look, see, clock } = await aNight('Address cleanup');
    const drift = async () => {
      clock.forward(1_000);
      await trouble.make('drift', {
        call: 'observe',
        workflow: id,
        times: 1,
        does: { kind: 'drifts' },
      });
    };
    await drift();
    await carryOut('contain run P-1');
    await look();
    await see('contain plan name:"Address cleanup"');
    await drift();
    await carryOut('contain run P-2', 'P-2');
    const [again] = await wordsFrom('P-2: did not');
    assert.match(again ?? '', /It did so before: `contain freeze shop` takes it as it is\.$/);
  });

  it('after it was contained is not switched on by an undo, which says what moved', async () => {
    const { id, what, carryOut, wordsFrom, estate } = await aNight('Address cleanup');
    await carryOut('contain run P-1');
    await estate('shop').edit(id);

    await carryOut('contain undo P-1', 'P-2');

    assert.deepEqual((await wordsFrom('P-2: did not')).slice(0, 2), [
      `P-2: did not switch back on ${what}. Its content changed since it was contained ` +
        '(changed: connections; added: node “Added 3”); review it and switch it on by hand. ' +
        `\`evidence list ${what.split(' ')[0] ?? ''}\` has it as it was.`,
      'P-2 has ended for 1 workflow: 1 skipped.',
    ]);
    assert.ok(!(await estate('shop').callWebhook('cleanup-7f3a', 'GET')));
  });
});
