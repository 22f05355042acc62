import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Trouble } from '../../platforms/sandbox/trouble.ts';
import { shown } from '../../testing/bot.ts';
import { sandboxBot } from '../../testing/sandbox-bot.ts';

describe('user delete', async () => {
  const bot = await sandboxBot();
  const { see, refused, work } = bot;
  const trouble = new Trouble(bot.estate('shop'));
  const log = async () => shown(await see('log show 80'));
  await see('person add @ben "Ben Lind" may:responder,approver');
  await see('person add @cem "Cem Ay" may:viewer');
  await see('declare An account was taken over severity:sev1');

  it('refuses as long as anything of theirs is on, and says what goes off first', async () => {
    assert.equal((await refused('user delete milo@acme.test', 'cem')).code, 'not_allowed');
    assert.equal((await refused('user delete')).code, 'bad_input');
    assert.equal((await refused('user delete nobody@acme.test')).code, 'not_found');
    const slip = await refused('user delete mlio@acme.test');
    assert.match(slip.candidates.join('; '), /u\d+ Milo Brandt on shop/);
    assert.match(
      (await refused('user delete ines@acme.test')).message,
      /does not delete its owner/,
    );
    const on = await refused(`user delete ${await ref(bot, 'sam')} to:${await ref(bot, 'dana')}`);
    assert.match(on.message, /u\d+ “Sam Reyes” owns \d+ workflows that are on: w\d+/);
    assert.match(on.hint ?? '', /goes off first, so that it can come back: `contain plan w\d+/);
  });

  it('deletes nobody whose things a platform only says to have transferred', async () => {
    const milo = await ref(bot, 'milo');
    const dana = await ref(bot, 'dana');
    await see('contain plan owner:milo@acme.test connection:shop');
    await see('contain run P-1');
    await work('P-1');
    await bot.look();
    const nobody = await refused(`user delete ${milo}`);
    assert.match(nobody.message, /owns \d+ workflows and 0 credentials\. Say who gets that/);
    assert.match((await refused(`user delete ${milo} to:${milo}`)).message, /cannot get what/);

    await see(`user delete ${milo} to:${dana}`);
    assert.match((await refused(`user delete ${milo} to:${dana}`)).message, /has its plan: P-2/);
    await see('contain approve P-2', 'ben');
    await see('contain run P-2');
    await trouble.make('lie', { call: 'people', does: { kind: 'lies', how: 'stays active' } });
    await work('P-2');
    await trouble.end('lie');

    assert.equal((await see('contain status P-2')).outcome, 'failed');
    const told = await log();
    assert.match(told, /“Milo Brandt” is NOT left with nothing of their own: contradicted/);
    assert.match(told, /did not delete u\d+ “Milo Brandt”\. What they own was not seen to be/);
    assert.equal(Object((await see(`user list ${milo}`)).data).total, 1);
  });

  it('gives all that they own to another and deletes them, each proved', async () => {
    const milo = await ref(bot, 'milo');
    const [{ workflows }] = Object((await see(`user list ${milo}`)).data).users;
    await see(`user lock ${milo}`);
    assert.match(shown(await see('user status')), /to be locked out by hand/);
    const plan = await see(`user delete ${milo} to:${await ref(bot, 'dana')}`);
    assert.match(shown(plan), /P-3: delete 1 user of shop/);
    assert.match(shown(plan), /R4, destructive/);
    assert.match(shown(plan), /First this goes to u\d+ “Dana Holt”/);
    assert.match(shown(plan), /workflow w\d+ “/);
    assert.match((await refused('contain run P-3')).message, /deletes 1 user and needs the yes of/);
    await see('contain approve P-3', 'ben');
    await see('contain run P-3');
    // The answer to the first call is lost after it took effect: asked again, it is so already.
    const cut = { kind: 'cuts', when: 'after' } as const;
    await trouble.make('cut', { call: 'people', times: 1, does: cut });
    await work('P-3');

    assert.equal((await see('contain status P-3')).outcome, 'done');
    const told = await log();
    assert.match(told, /P-3: sealed who u\d+ “Milo Brandt” is and what they own before acting/);
    assert.match(told, /“Milo Brandt” is verified left with nothing of their own\./);
    assert.match(told, /“Milo Brandt” is verified deleted\./);
    assert.equal((await refused(`user delete ${milo}`)).code, 'not_found');
    const { changes } = await bot.estate('shop').look();
    assert.equal(Object.keys(changes.removed).length, 1, 'another process sees it, too');
    assert.ok(Object.keys(changes.given).length >= workflows);
    const found = Object((await see('scope find owner:dana@acme.test connection:shop')).data);
    assert.ok(found.total >= workflows);
    const status = await see('user status');
    assert.match(shown(status), /nothing is left to lock out: P-3 deleted them, verified/);
    assert.doesNotMatch(status.next.join(), /user done/);
    assert.match((await refused('contain undo P-3')).message, /deleted a user, which cannot be/);
    // What they had is contained as before, and comes back as it was.
    await see('contain undo P-1');
  });
});

type Sandbox = Awaited<ReturnType<typeof sandboxBot>>;

/** The reference of somebody of the shop. */
async function ref({ see }: Sandbox, name: string): Promise<string> {
  const { data } = await see(`user list ${name}@acme.test`);
  const users: readonly { ref: string; connection: string }[] = Object(data).users;
  const found = users.find(({ connection }) => connection === 'shop');
  assert.ok(found);
  return found.ref;
}
