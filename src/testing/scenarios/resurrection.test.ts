/** Somebody means well and switches the thief's workflow on again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNight } from '../sandbox-night.ts';

const minuteMs = 60_000;

describe('a workflow that comes back', () => {
  it('minutes later is contradicted by the next look, with what shows it', async () => {
    const { what, carryOut, wordsFrom, clock } = await aNight('Order export helper');
    await carryOut('contain run P-1');
    assert.equal((await wordsFrom('has ended')).at(0), 'P-1 has ended: 2 verified.');

    clock.forward(30 * minuteMs);
    await carryOut('contain verify P-1');

    const [disabled = ''] = await wordsFrom('NOT disabled');
    const since = /It was started again at [-0-9]+ [:0-9]+ UTC\.$/;
    assert.match(disabled, since);
    assert.equal(
      disabled.replace(since, ''),
      `P-1: ${what} is NOT disabled: contradicted. The sandbox lists it as on. `,
    );
  });

  it('while it is still being looked at is never called disabled', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    const does = { kind: 'resurrects', afterMs: 100 } as const;
    await trouble.make('undead', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('NOT disabled'), [
      `P-1: ${what} is NOT disabled: contradicted. The sandbox lists it as on. The address of “Webhook” still answers.`,
      `P-1: ${what}: stopped cannot be verified. Nothing of it runs now, but its entrance is not shut, so more may start.`,
      'P-1 has ended: 1 contradicted, 1 unverifiable.',
    ]);
  });
});
