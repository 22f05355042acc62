/** The line is cut after the platform has done it: read-back decides, and nothing is done twice. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNight } from '../sandbox-night.ts';

describe('a call that is cut after the request', () => {
  it('may have happened, is read back, and was done once', async () => {
    const { id, what, trouble, carryOut, wordsFrom, estate } = await aNight('Address cleanup');
    const does = { kind: 'cuts', when: 'after' } as const;
    await trouble.make('cut', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('disabled is not'), [
      `P-1: ${what}: disabled is not verified yet. The connection was cut before the sandbox answered. The call may have happened; Firebreak reads it back. The platform was asked 4 times to disable it; each time the line was cut.`,
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists no execution as stopped.`,
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
    const { changes } = await estate('shop').look();
    assert.equal(changes.touched[id]?.switches.length, 1);
  });
});
