/**
 * A leaked credential, walked through the runbook that ships, to its death at the provider: asked
 * for by one person, agreed to by another, and proved by the provider’s own refusal.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Issuer } from '../../platforms/sandbox/issuer.ts';
import { shown } from '../bot.ts';
import { forEachDatabase } from '../database.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';
import { unhurried } from '../unhurried.ts';

describe('a leaked credential, on the sandbox', () => {
  forEachDatabase((kind) => {
    it('is revoked by two persons and refused by its provider afterwards', async () => {
      const night = unhurried(await sandboxBot(kind));
      const { see, refused, work } = night;
      await see('declare Stripe key in a public repository severity:sev2');
      await see('person add @ben "Ben Lind" may:responder,approver');
      assert.equal(await isAccepted(night), true);
      await see('runbook start leaked-credential credential:"Stripe live"');
      await see('runbook do');
      for (const line of ['done clean', 'do', 'done no', 'skip the plan seals it', 'done']) {
        await see(`runbook ${line}`);
      }
      await see('runbook do');
      await see('contain approve P-1 in:INC-1', 'ben');
      await see('contain run P-1');
      await work('P-1');
      for (const line of ['done', 'done', 'do']) await see(`runbook ${line}`);

      const step = await see('runbook done now');
      assert.match(step.title, /Revoke it at the provider$/);
      assert.match(shown(step), /Make a plan to revoke, at its provider and for good, c\d/);
      assert.match((await refused('runbook done')).message, /has no plan yet/);
      const planned = await see('runbook do');
      assert.match(
        shown(planned),
        /"class","R3, irreversible: it cannot be taken back \(policy 3\)"/,
      );
      assert.match((await refused('runbook do')).message, /has its plan: P-2 is proposed/);
      assert.match((await refused('contain approve P-2')).message, /somebody else must decide/);
      await see('contain approve P-2 in:INC-1', 'ben');
      assert.equal(await isAccepted(night), true, 'nothing was done yet');
      await see('contain run P-2');
      assert.match((await see('runbook done')).title, /Prove that it is dead$/);
      assert.match((await refused('runbook done')).message, /c\d+ revoke planned/);
      await work('P-2');
      assert.equal(await isAccepted(night), false);
      assert.equal((await see('runbook do')).outcome, 'open');
      await work('P-2');
      assert.match((await see('runbook done')).title, /Make the replacement$/);

      await assertTold(night);
      const undo = await see('contain undo P-1');
      assert.match(shown(undo), /“Stripe live” was revoked and does not come back: w\d/);
    });
  });
});

/** Asked of the provider itself, past Firebreak. */
async function isAccepted({ estate }: SandboxBot): Promise<boolean | undefined> {
  const shop = estate('shop');
  const { base } = await shop.look();
  const id = base.credentials.find(({ name }) => name === 'Stripe live')?.id ?? '';
  return await new Issuer(shop).accepts(id);
}

/** The whole of it stands on the timeline, in order, and on the card. */
async function assertTold({ see }: SandboxBot): Promise<void> {
  const log = shown(await see('log show 60'));
  const told = [
    /P-2: Planned to revoke c\d+ “Stripe live” at its provider, which cannot be taken back\./,
    /P-2 approved: 1 credential\./,
    /P-2 started: 1 credential to revoke\./,
    /P-2: sealed what is known of c\d+ “Stripe live” before acting: credential\.json\./,
    /P-2: asks to revoke c\d+ “Stripe live”\./,
    /P-2: c\d+ “Stripe live” is verified revoked\. The provider refuses it now\./,
    /P-2 is being verified again: 1 action\./,
  ];
  const places = told.map((sentence) => {
    const place = log.search(sentence);
    assert.ok(place > 0, `${sentence} is not in ${log}`);
    return place;
  });
  assert.deepEqual(
    places.toSorted((a, b) => a - b),
    places,
  );
  const card = shown(await see('status'));
  assert.match(card, /c\d+ “Stripe live” \(dead: its provider refuses it\)/);
  assert.match(card, /"P-2","revoking","finished","1 verified"/);
}
