import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Trouble } from '../../platforms/sandbox/trouble.ts';
import { shown } from '../../testing/bot.ts';
import { sandboxBot } from '../../testing/sandbox-bot.ts';

describe('user delete', async () => {
  const bot = await sandboxBot();
  const { see, refused, work } = bot;
  const log = async () => shown(await see('log show 80'));
  await see('person add @ben "Ben Lind" may:responder,approver');
  await see('person add @cem "Cem Ay" may:viewer');
  await see('declare An account was taken over severity:sev1');

  it('refuses as long as anything of theirs is on, and says what goes off first', async () => {
    assert.equal((await refused('user delete milo@acme.test', 'cem')).code, 'not_allowed');
    assert.equal((await refused('user delete')).code, 'bad_input');
    assert.equal((await refused('user delete nobody@acme.test')).code, 'not_found');
    assert.match(
      (await refused('user delete ines@acme.test')).message,
      /does not delete its owner/,
    );
    const on = await refused(`user delete ${await ref(bot, 'sam')} to:${await ref(bot, 'dana')}`);
    assert.match(on.message, /u\d+ “Sam Reyes” owns \d+ workflows that are on: w\d+/);
    assert.match(on.hint ?? '', /goes off first, so that it can come back: `contain plan w\d+/);
  });

  it('gives all that they own to another and deletes them, each proved', async () => {
    const sam = await ref(bot, 'sam');
    const dana = await ref(bot, 'dana');
    await see('contain plan owner:sam@acme.test connection:shop');
    await see('contain approve P-1', 'ben');
    await see('contain run P-1');
    await overNight(bot, 'P-1');
    const nobody = await refused(`user delete ${sam}`);
    assert.match(nobody.message, /owns \d+ workflows and 3 credentials\. Say who gets that/);
    assert.match((await refused(`user delete ${sam} to:${sam}`)).message, /cannot get what/);

    const plan = await see(`user delete ${sam} to:${dana}`);
    assert.match(shown(plan), /P-2: delete 1 user of shop/);
    assert.match(shown(plan), /R4, destructive/);
    assert.match(shown(plan), /First this goes to u\d+ “Dana Holt”/);
    assert.match(shown(plan), /credential c\d+ “Warehouse API”/);
    assert.match((await refused(`user delete ${sam} to:${dana}`)).message, /has its plan: P-2/);
    assert.match((await refused('contain run P-2')).message, /deletes 1 user and needs the yes of/);
    await see('contain approve P-2', 'ben');
    await see('contain run P-2');
    await work('P-2');

    assert.equal((await see('contain status P-2')).outcome, 'done');
    const told = await log();
    assert.match(told, /P-2: sealed who u\d+ “Sam Reyes” is and what they own before acting/);
    assert.match(told, /“Sam Reyes” is verified left with nothing of their own\./);
    assert.match(told, /“Sam Reyes” is verified deleted\./);
    assert.equal(Object((await see('user list sam@acme.test')).data).total, 0);
    assert.match(shown(await see('cred list Warehouse')), /Warehouse API/);
    assert.match((await refused('contain undo P-2')).message, /deleted a user, which cannot be/);
    // What they had is contained as before, and comes back as it was.
    await see('contain undo P-1');
  });

  it('deletes nobody whose things a platform only says to have transferred', async () => {
    const milo = await ref(bot, 'milo');
    const dana = await ref(bot, 'dana');
    await see('contain plan owner:milo@acme.test connection:shop');
    await see('contain approve P-4', 'ben');
    await see('contain run P-4');
    await overNight(bot, 'P-4');
    await see(`user delete ${milo} to:${dana}`);
    await see('contain approve P-5', 'ben');
    await see('contain run P-5');
    const trouble = new Trouble(bot.estate('shop'));
    await trouble.make('lie', { call: 'people', does: { kind: 'lies', how: 'stays active' } });
    await work('P-5');
    await trouble.end('lie');

    assert.equal((await see('contain status P-5')).outcome, 'failed');
    const told = await log();
    assert.match(told, /“Milo Brandt” is NOT left with nothing of their own: contradicted/);
    assert.match(told, /did not delete u\d+ “Milo Brandt”\. What they own was not seen to be/);
    assert.equal(Object((await see('user list milo@acme.test')).data).total > 0, true);
  });
});

type Sandbox = Awaited<ReturnType<typeof sandboxBot>>;

/** Works at a plan until also what only the clock starts is seen to be off. */
async function overNight({ work, clock, look }: Sandbox, plan: string): Promise<void> {
  await work(plan).catch(() => clock.forward(25 * 60 * 60_000));
  await work(plan);
  await look();
}

/** The reference of somebody of the shop. */
async function ref({ see }: Sandbox, name: string): Promise<string> {
  const { data } = await see(`user list ${name}@acme.test`);
  const users: readonly { ref: string; connection: string }[] = Object(data).users;
  const found = users.find(({ connection }) => connection === 'shop');
  assert.ok(found);
  return found.ref;
}
