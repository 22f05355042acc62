/** n8n from 2.40 on answers 200 long before the webhook is dead: nothing is verified until it is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNight, endedAgainst, leftToTry } from '../sandbox-night.ts';

describe('a switch-off that takes effect after its answer', () => {
  it('is verified once the webhook is dead, and not before', async () => {
    const { id, what, trouble, carryOut, wordsFrom, clock, estate } =
      await aNight('Address cleanup');
    const does = { kind: 'delays', ms: 20_000 } as const;
    await trouble.make('slow', { call: 'disable', workflow: id, does });
    const began = clock.now().getTime();

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('accepted to disable'), [
      `P-1: the platform accepted to disable ${what}; not verified yet.`,
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists no execution as stopped.`,
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
    assert.ok(clock.now().getTime() - began >= 20_000);
    assert.equal(await estate('shop').callWebhook('cleanup-7f3a', 'GET'), false);
  });

  it('as late as n8n under load is waited for', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    const does = { kind: 'delays', ms: 104_000 } as const;
    await trouble.make('slow', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom(`${what} is`), [
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is verified stopped.`,
      'P-1 has ended for 1 workflow: 1 verified.',
    ]);
  });

  it('later than any n8n that was seen is contradicted', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    const does = { kind: 'delays', ms: 400_000 } as const;
    await trouble.make('slow', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('NOT disabled'), [
      `P-1: ${what} is NOT disabled: contradicted. The address of “Webhook” still answers. ${leftToTry(what)}`,
      `P-1: ${what}: stopped cannot be verified. Nothing of it runs now, but its entrance is not shut, so more may start.`,
      endedAgainst(what),
    ]);
  });
});
