/** What waits wakes up as the stop comes, and goes on: the sweep finds it, and it is stopped too. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNight } from '../sandbox-night.ts';

describe('waiting executions that wake up', () => {
  it('are missed by the first stop, found by the sweep, and ended', async () => {
    const { id, what, trouble, carryOut, wordsFrom, estate } = await aNight('Refund order');
    await trouble.make('wakes', { call: 'stop', workflow: id, times: 1, does: { kind: 'wakes' } });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('no execution as stopped'), [
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists no execution as stopped.`,
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists 2 executions as stopped.`,
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped. It was stopped 2 times; the platform says that 2 executions ended by it.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
    const { changes } = await estate('shop').look();
    assert.equal(changes.touched[id]?.wakes.length, 1, 'they did wake up');
  });
});
