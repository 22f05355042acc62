/** The platform asks again and again to come back later: Firebreak does, for ten minutes, and says so. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNight, leftToTry } from '../sandbox-night.ts';

describe('a storm of 429', () => {
  it('is sat out, waiting as long as it is asked to', async () => {
    const { id, what, trouble, carryOut, wordsFrom, clock } = await aNight('Address cleanup');
    const does = { kind: 'rate_limited', retryAfterMs: 20_000 } as const;
    await trouble.make('storm', { call: 'disable', workflow: id, times: 3, does });
    const began = clock.now().getTime();

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('accepted to disable'), [
      `P-1: the platform accepted to disable ${what}; not verified yet. The platform was asked 4 times to disable it: 3 times it asked to be called less often.`,
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists no execution as stopped.`,
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
    assert.ok(clock.now().getTime() - began >= 60_000);
    const [told] = (await wordsFrom('waits until')).map((text) =>
      text.replace(/[\d:]{8}/g, 'then'),
    );
    assert.equal(
      told,
      'P-1: waits until then UTC: the platform asks for patience (shop). A call that it has not taken by then UTC counts as failed.',
    );
  });

  it('without end fails the target in words, and claims nothing of it', async () => {
    const { id, what, trouble, carryOut, wordsFrom, estate } = await aNight('Address cleanup');
    const does = { kind: 'rate_limited', retryAfterMs: 20_000 } as const;
    await trouble.make('storm', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    const [ref] = what.split(' ');
    assert.deepEqual(await wordsFrom('could not'), [
      `P-1: could not disable ${what}. The sandbox was called too often and asks us to come back later. It put Firebreak off for 10 min; Firebreak waits for 10 min at most. The platform was asked 31 times to disable it; each time it asked to be called less often. It is NOT contained. ${leftToTry(what)}`,
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists no execution as stopped.`,
      `P-1: ${what}: stopped cannot be verified. Nothing of it runs now, but its entrance is not shut, so more may start.`,
      `P-1 has ended for 1 workflow: 1 failed. ${ref} is NOT contained: it could not be disabled, and was on when it was last seen. \`contain status P-1\` tells what is left to try.`,
    ]);
    assert.ok(await estate('shop').callWebhook('cleanup-7f3a', 'GET'));
  });
});
