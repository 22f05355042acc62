/** An answer without end is cut by the bound on size; what cannot be read proves nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNight } from '../sandbox-night.ts';

const does = { kind: 'floods' } as const;

describe('an answer that floods', () => {
  it('to a switch-off is cut, and what it may have done is read back', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    await trouble.make('flood', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('disabled is not'), [
      `P-1: ${what}: disabled is not verified yet. The platform sent more than is read in one answer, so it was cut off. The platform was asked 4 times to disable it; each time its answer could not be read.`,
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists no execution as stopped.`,
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
  });

  it('to every look leaves it unverifiable, though the platform said yes', async () => {
    const { what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    await trouble.make('flood', { call: 'check', does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('cannot be verified'), [
      `P-1: ${what}: disabled cannot be verified. The platform gave no proof either way. The platform sent more than is read in one answer, so it was cut off.`,
      `P-1: ${what}: stopped cannot be verified. The platform gave no proof either way. The platform sent more than is read in one answer, so it was cut off.`,
      'P-1 has ended for 1 workflow: 1 unverifiable.',
    ]);
  });
});
