/**
 * What a newcomer does in the first minutes: six typed lines from nothing to *verified*, on the
 * sandbox, and three more to take it back: the credential is not revoked yet.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import { forEachDatabase } from '../database.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';

const query = 'credential:"Stripe live" OR host:*.evil.example';

describe('the first containment, on the sandbox', () => {
  forEachDatabase((kind) => {
    it('goes from nothing to verified in six lines, and back in three', async () => {
      const night = await sandboxBot(kind);
      const { see, refused, work } = night;
      const before = await activations(night);
      assert.ok(before.length > 40 && before.filter((one) => one.endsWith(' on')).length > 35);
      assert.match(night.told ?? '', /shop and office/);
      assert.equal(await night.startAgain(), undefined, 'and never on what is connected already');

      await see('declare Customers leak to a stranger severity:sev2');
      const found = await see('scope find host:*.evil.example');
      assert.equal(found.title, '3 workflows found');
      assert.match(shown(found), /Contact sync.*live version only/);
      assert.match(shown(found), /Address cleanup.*Order export helper/);
      assert.match(shown(found), /known only at run time/);
      const plan = await see(`contain plan ${query}`);
      assert.equal(plan.title, 'P-1: disable 11 workflows and stop their executions');
      await see('person add @ben "Ben Lind" may:responder,approver');
      assert.match((await refused('contain run P-1')).message, /needs|yes/);
      assert.deepEqual(await activations(night), before, 'nothing was touched yet');
      await see('contain approve P-1 in:INC-1', 'ben');
      const running = await see('contain run P-1');
      await work('P-1');

      const done = await see(running.follow ?? '');
      assert.equal(done.outcome, 'done', shown(done));
      assert.match(shown(done), /"workflows","11 verified"/);
      await assertClosed(night);
      const undo = await see('contain undo P-1');
      assert.match(shown(undo), /Nothing is switched on yet: “Stripe live” may still open/);
      await see('contain approve P-2 in:INC-1', 'ben');
      const back = await see('contain run P-2');
      await work('P-2');
      assert.equal((await see(back.follow ?? '')).outcome, 'done');
      assert.deepEqual(await activations(night), before, 'equal, by version');
      assert.ok(await night.estate('shop').callWebhook('charge'));
    });
  });
});

/** What the world sees: the thief’s addresses and the leaked key’s are dead, others are not. */
async function assertClosed({ estate }: SandboxBot): Promise<void> {
  const [shop, office] = [estate('shop'), estate('office')];
  for (const path of ['charge', 'refund', 'invoice', 'stripe-disputes']) {
    assert.equal(await shop.callWebhook(path), false, path);
  }
  assert.equal(await shop.callWebhook('cleanup-7f3a', 'GET'), false);
  assert.equal(await office.callWebhook('contact-sync'), false);
  assert.equal(await shop.callWebhook('orders/new'), true);
  assert.equal(await office.callWebhook('lead'), true);
}

/** Every workflow with the version that runs, read by other hands. */
async function activations({ estate }: SandboxBot): Promise<readonly string[]> {
  const lists = await Promise.all(
    (['shop', 'office'] as const).map((name) => estate(name).activations()),
  );
  return lists.flat();
}
