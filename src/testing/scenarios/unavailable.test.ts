/** The platform answers with 5xx: it is asked again, and what never worked is not called contained. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import { aNight, leftToTry } from '../sandbox-night.ts';

const does = { kind: 'fails', code: 'unavailable' } as const;

describe('a platform that cannot answer just now', () => {
  it('is asked again until it can', async () => {
    const { id, what, trouble, carryOut, wordsFrom, see } = await aNight('Address cleanup');
    await trouble.make('5xx', { call: 'disable', workflow: id, times: 2, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('accepted to disable'), [
      `P-1: the platform accepted to disable ${what}; not verified yet. The platform was asked 3 times to disable it: twice it could not answer just then.`,
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists no execution as stopped.`,
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
    const status = await see('contain status P-1');
    assert.match(
      shown(status),
      /asked 3 times to disable it: twice it could not answer just then\./,
    );
    assert.match(JSON.stringify(status.data), /"tries":\{"calls":3,/);
  });

  it('for good leaves the target failed, and it can be run again by a new plan', async () => {
    const { id, what, trouble, carryOut, wordsFrom, see } = await aNight('Address cleanup');
    await trouble.make('5xx', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');
    assert.deepEqual((await wordsFrom('could not')).slice(0, 1), [
      `P-1: could not disable ${what}. The sandbox says that it cannot answer just now. It failed for 51 s, however often it was tried; Firebreak tries for 1 min at most. The platform was asked 6 times to disable it; each time it could not answer just then. It is NOT contained. ${leftToTry(what)}`,
    ]);
    await trouble.end('5xx');
    await see('contain plan name:"Address cleanup"');
    await carryOut('contain run P-2', 'P-2');

    assert.deepEqual((await wordsFrom('P-2: ')).slice(-3), [
      `P-2: ${what} is verified disabled.`,
      `P-2: ${what} is verified stopped.`,
      'P-2 has ended for 1 workflow: 1 verified.',
    ]);
  });
});
