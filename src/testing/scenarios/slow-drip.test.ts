/** An answer that comes byte by byte is cut by the bound on time, and read-back decides. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNight } from '../sandbox-night.ts';

describe('an answer that drips', () => {
  it('holds up nothing, and what it may have done is read back', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    const does = { kind: 'drips', everyMs: 10 } as const;
    await trouble.make('drip', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('disabled is not'), [
      `P-1: ${what}: disabled is not verified yet. The platform did not answer in time. The call may have happened; Firebreak reads it back. The platform was asked 4 times to disable it; each time no answer came in time.`,
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists no execution as stopped.`,
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
  });
});
