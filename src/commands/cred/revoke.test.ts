import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import type { Revokers } from '../../revokers/revoker.ts';
import { shown } from '../../testing/bot.ts';
import type { SandboxBot } from '../../testing/sandbox-bot.ts';
import { sandboxBot } from '../../testing/sandbox-bot.ts';

/** A sandbox with an incident, somebody who may say yes and somebody who may not. */
async function leak(...given: Parameters<typeof sandboxBot>): Promise<SandboxBot> {
  const bot = await sandboxBot(...given);
  await bot.see('declare Stripe key in a paste severity:sev2');
  await bot.see('person add @ben "Ben Lind" may:responder,approver');
  await bot.see('person add @cem "Cem Ay" may:responder');
  return bot;
}

/** Puts something between Firebreak and the provider’s door for revocations. */
function revoking(door: (real: () => Promise<void>) => Promise<void>) {
  return (real: Revokers): Revokers => ({
    wayOf: real.wayOf,
    at: (connection, credential) => {
      const revoker = real.at(connection, credential);
      if (!revoker) return undefined;
      return {
        probe: (id, signal) => revoker.probe(id, signal),
        revoke: (id, signal) => door(() => revoker.revoke(id, signal)),
      };
    },
  });
}

const texts = async ({ see }: SandboxBot) => shown(await see('log show 40'));

describe('cred list and cred where', async () => {
  const bot = await sandboxBot();

  it('say who revokes what, also before there is an incident', async () => {
    const list = await bot.see('cred list');
    assert.match(shown(list), /15 of 15 can be revoked by Firebreak, 0 by hand/);
    assert.match(shown(await bot.see('cred list stripe')), /^\["2 credentials like “stripe”/);
    assert.equal((await bot.refused('cred list page:9')).code, 'bad_input');
  });

  it('show the workflows and hosts of the one that is named whole', async () => {
    const where = await bot.see('cred where "stripe live"');
    assert.match(shown(where), /api\.stripe\.com/);
    assert.match(where.next.join(), /cred revoke c\d+/);
    const like = await bot.refused('cred where strip');
    assert.equal(like.code, 'not_found');
    assert.equal(like.candidates.length, 2);
  });

  it('say of several references that they are taken one at a time', async () => {
    for (const line of ['cred where c1 c2 c3', 'cred where c1, c2, c3']) {
      const refused = await bot.refused(line);
      assert.equal(refused.code, 'bad_input');
      assert.match(refused.message, /one at a time/);
      assert.deepEqual(refused.candidates, ['c1', 'c2', 'c3']);
    }
  });
});

describe('cred revoke', () => {
  it('needs an approver besides who asks, is done once, and is proved', async () => {
    const bot = await leak();
    const { see, refused, work } = bot;
    const plan = await see('cred revoke Stripe live');
    assert.match(shown(plan), /P-1: revoke 1 credential at the provider/);
    assert.match(shown(plan), /R3, irreversible/);
    assert.doesNotMatch(plan.next.join(), /approve/);
    assert.match(shown(plan), /Another approver says yes with `contain approve P-1`/);
    assert.match(shown(plan), /7 workflows will fail: w\d+ “Charge card”, w\d+/);
    assert.match((await refused('contain run P-1')).message, /needs the yes of another person who/);
    assert.match((await refused('contain approve P-1')).message, /somebody else must decide/);
    assert.match((await refused('contain approve P-1', 'cem')).message, /need to be approver\.$/);
    assert.match((await refused('cred revoke Stripe live')).message, /has its plan: P-1/);
    for (const line of ['status', 'contain status P-1', 'me']) {
      assert.doesNotMatch((await see(line, 'cem')).next.join(), /approve/, line);
      assert.match((await see(line, 'ben')).next.join(), /contain approve P-1/, line);
    }
    await see('contain approve P-1', 'ben');
    await see('contain run P-1');
    await work('P-1');

    const status = await see('contain status P-1');
    assert.equal(status.outcome, 'done');
    assert.match(shown(status), /verified just now","The provider refuses it now\./);
    assert.match(shown(await see('cred status')), /dead: its provider refuses it/);
    const card = shown(await see('status'));
    assert.match(card, /P-1","revoking","finished","1 verified/);
    assert.match(card, /"credentials","c\d+ “Stripe live” \(dead: its provider refuses it\)"/);
    assert.match(shown(await see('cred list stripe live')), /dead: its provider refuses it/);
    const told = await texts(bot);
    assert.match(told, /Planned to revoke c\d+ “Stripe live” at its provider, which cannot be/);
    assert.match(
      told,
      /sealed what is known of c\d+ “Stripe live” before acting: credential\.json/,
    );
    assert.match(told, /asks to revoke c\d+ “Stripe live”/);
    assert.match(told, /c\d+ “Stripe live” is verified revoked\. The provider refuses it now\./);
    assert.match((await refused('cred revoke Stripe live')).message, /is dead: The provider/);
    assert.match((await refused('contain undo P-1')).message, /cannot be taken back/);
    assert.match(shown(await see('evidence list')), /credential\.json/);
  });

  it('does not count as its own work what was dead already', async () => {
    const bot = await leak(undefined, (real: Revokers): Revokers => ({
      wayOf: real.wayOf,
      at: () => ({
        probe: () => Promise.resolve('dead'),
        revoke: () => assert.fail('It is dead.'),
      }),
    }));
    await bot.see('cred revoke Stripe live');
    await bot.see('contain approve P-1', 'ben');
    await bot.see('contain run P-1');
    await bot.work('P-1');

    const status = shown(await bot.see('contain status P-1'));
    assert.match(status, /"dead already, seen [^"]*","The provider refused it already/);
    assert.doesNotMatch(status, /"verified [^"]*"/);
  });

  it('does not believe a provider that says yes and still accepts it', async () => {
    let lies = true;
    const bot = await leak(
      undefined,
      revoking((real) => (lies ? Promise.resolve() : real())),
    );
    const { see, work } = bot;
    await see('cred revoke "Stripe live"');
    await see('contain approve P-1', 'ben');
    await see('contain run P-1');
    await work('P-1');

    const status = await see('contain status P-1');
    assert.equal(status.outcome, 'failed');
    assert.match(shown(status), /contradicted/);
    assert.match(shown(status), /is NOT revoked: its provider still accepts it\./);
    assert.match(status.next.join(), /^cred revoke c\d+,contain verify P-1$/);
    assert.match(shown(await see('cred status')), /NOT revoked: its provider still accepts it/);
    assert.match((await see('cred status')).next.join(), /^contain verify P-1,cred revoke c\d+,/);
    assert.match(
      await texts(bot),
      /is NOT revoked: contradicted\. The provider still accepts it\./,
    );

    // Somebody revoked it in the meantime: looking again proves it, and asks for nothing.
    lies = false;
    await see('cred revoke "Stripe live"');
    await see('contain approve P-2', 'ben');
    await see('contain run P-2');
    await work('P-2');
    await see('contain verify P-1');
    await work('P-1');
    assert.equal((await see('contain status P-1')).outcome, 'done');
    assert.match(shown(await see('cred status')), /dead: its provider refuses it/);
  });

  it('tells the reason when the provider says no, and may be planned again', async () => {
    const no = new PlatformError('sandbox', 'refused', 'The provider does not allow it.');
    const bot = await leak(
      undefined,
      revoking(() => Promise.reject(no)),
    );
    const { see, work } = bot;
    await see('cred revoke "Stripe live"');
    await see('contain approve P-1', 'ben');
    await see('contain run P-1');
    await work('P-1');
    assert.match(shown(await see('cred status')), /"failed"/);
    assert.match((await see('cred status')).next.join(), /^cred revoke c\d+,cred list$/);
    assert.match((await see('contain status P-1')).next.join(), /^cred revoke c\d+$/);
    assert.match(await texts(bot), /could not revoke c\d+ “Stripe live”\./);
    assert.match((await see('cred revoke "Stripe live"')).title, /^P-2: revoke/);
    assert.deepEqual((await see('contain status P-1')).next, [], 'P-2 is what is to be run');
  });

  for (const asked of [true, false]) {
    const when = asked ? 'after' : 'before';
    it(`asks once when the process dies ${when} the provider has answered`, async () => {
      let calls = 0;
      let dies = true;
      const bot = await leak(
        undefined,
        revoking(async (real) => {
          calls += 1;
          if (asked) await real();
          if (dies) throw new Error('killed');
        }),
      );
      const { see, work } = bot;
      await see('cred revoke "Stripe live"');
      await see('contain approve P-1', 'ben');
      await see('contain run P-1');
      await assert.rejects(work('P-1'), { message: 'killed' });
      dies = false;
      await work('P-1');

      assert.equal(calls, 1);
      const status = await see('contain status P-1');
      assert.equal(status.outcome, asked ? 'done' : 'failed');
      const state = asked
        ? /interrupted while it asked.*refuses it/
        : /NOT revoked: its provider still accepts it/;
      assert.match(shown(await see('cred status')), state);
    });
  }

  it('refuses viewers, and changes nothing on bad input', async () => {
    const bot = await leak();
    await bot.see('person add @vic "Vic" may:viewer');
    const before = await texts(bot);
    assert.equal((await bot.refused('cred revoke c1', 'vic')).code, 'not_allowed');
    assert.equal((await bot.refused('cred revoke nothing of that name')).code, 'not_found');
    assert.equal((await bot.refused('cred revoke')).code, 'bad_input');
    assert.match((await bot.refused('cred done c1 rolled it')).message, /can revoke c1 itself/);
    assert.equal(await texts(bot), before);
  });
});
