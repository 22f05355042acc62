import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Trouble } from '../../platforms/sandbox/trouble.ts';
import { shown } from '../../testing/bot.ts';
import type { SandboxBot } from '../../testing/sandbox-bot.ts';
import { sandboxBot } from '../../testing/sandbox-bot.ts';

const texts = async ({ see }: SandboxBot) => shown(await see('log show 60'));

describe('cred block, unblock and overwrite', async () => {
  const bot = await sandboxBot();
  const { see, refused, work } = bot;
  await see('person add @ben "Ben Lind" may:responder,approver');
  await see('person add @cem "Cem Ay" may:viewer');

  it('keep a credential from its workflows, proved, and give it back for what a person names', async () => {
    await see('declare Key in a paste severity:sev2');
    const [few] = await usedBy(bot, (users) => users > 0 && users <= 5);
    assert.ok(few);
    const plan = await see(`cred block ${few}`);
    assert.match(shown(plan), /P-1: block 1 credential on shop/);
    assert.match(shown(plan), /R1, reversible/);
    assert.match(shown(plan), /undo asks: `cred unblock c\d+ to:any`/);
    assert.deepEqual(plan.next[0], 'contain run P-1');
    assert.match((await refused(`cred block ${few}`)).message, /has its plan: P-1 to block it/);
    await see('contain run P-1');
    await work('P-1');
    assert.equal((await see('contain status P-1')).outcome, 'done');
    const status = await see('cred status');
    assert.match(shown(status), /"blocked: verified","The sandbox lists it as/);
    assert.equal(status.title, 'What became of 1 credential of INC-1');
    const told = await texts(bot);
    assert.match(told, /Planned to keep workflows of shop from using c\d+/);
    assert.match(told, /sealed what is known of c\d+ “[^”]+” before acting: credential\.json/);
    assert.match(told, /the platform accepted to block c\d+ “[^”]+”; not verified yet/);
    assert.match(told, /c\d+ “[^”]+” is verified blocked\./);

    const undo = await refused('contain undo P-1');
    assert.match(undo.message, /what it allowed before nobody can read/);
    assert.match(undo.hint ?? '', new RegExp(`cred unblock ${few} to:any`));
    assert.equal((await refused(`cred unblock ${few}`)).code, 'bad_input');
    assert.equal((await refused(`cred unblock ${few} to:https://x/`)).code, 'bad_input');
    const back = await see(`cred unblock ${few} to:api.example,*.acme.test`);
    assert.match(shown(back), /send it to api\.example and \*\.acme\.test again, and nowhere else/);
    assert.match(shown(back), /reverse, taking back/);
    // It was blocked because it is suspected, and no provider has refused it since.
    assert.match((await refused('contain run P-2')).message, /unblocks 1 credential and needs/);
    await see('contain approve P-2', 'ben');
    await see('contain run P-2');
    await work('P-2');
    const after = await see('cred status');
    assert.match(shown(after), /usable for api\.example, \*\.acme\.test/);
    assert.equal(after.title, 'What became of 1 credential of INC-1', 'done to twice, still one');
  });

  it('need a second person where many workflows use it, and refuse who only looks', async () => {
    const [many] = await usedBy(bot, (users) => users > 5);
    assert.equal((await refused(`cred block ${many}`, 'cem')).code, 'not_allowed');
    const plan = await see(`cred block ${many}`);
    assert.match(shown(plan), /R2, reversible, many/);
    assert.match(
      (await refused('contain run P-3')).message,
      /blocks 1 credential and needs the yes/,
    );
    await see('contain cancel P-3');
    const nothing = await refused(`cred unblock ${many} to:any`);
    assert.match(nothing.message, /Nothing of INC-1 has blocked c\d+/);
  });

  it('make it worthless for good, with the yes of an approver', async () => {
    await see('cred revoke "Stripe live"');
    const plan = await see('cred overwrite Stripe live');
    assert.match(shown(plan), /P-5: overwrite 1 credential on shop/);
    assert.match(shown(plan), /R3, irreversible/);
    assert.match(shown(plan), /It cannot be taken back: the platform keeps no earlier value/);
    assert.match(shown(plan), /P-4 to revoke it is void once this has run/);
    assert.match((await refused('contain run P-5')).message, /needs the yes of another person who/);
    await see('contain approve P-5', 'ben');
    await see('contain run P-5');
    await work('P-5');
    assert.equal((await see('contain status P-5')).outcome, 'done');
    assert.match((await refused('contain undo P-5')).message, /cannot be taken back/);
    await see('contain approve P-4', 'ben');
    await see('contain run P-4');
    await work('P-4');
    assert.match(await texts(bot), /did not revoke c\d+ “Stripe live”\. It changed since the plan/);
  });

  it('do not believe a platform that says yes and does nothing', async () => {
    const trouble = new Trouble(bot.estate('shop'));
    await trouble.make('lie', { call: 'lock', does: { kind: 'lies', how: 'stays active' } });
    const [, other] = await usedBy(bot, (users) => users > 0 && users <= 5);
    await see(`cred block ${other}`);
    await see('contain run P-6');
    await work('P-6');
    await trouble.end('lie');

    const status = await see('contain status P-6');
    assert.equal(status.outcome, 'failed');
    assert.match(shown(status), /is NOT blocked: the platform was seen to say otherwise/);
    assert.match(await texts(bot), /is NOT blocked: contradicted\. The sandbox lists it as not/);
  });
});

/** References of credentials of the shop that so many active workflows use. */
async function usedBy(
  { see }: SandboxBot,
  fits: (users: number) => boolean,
): Promise<readonly string[]> {
  const { data } = await see('cred list');
  const listed: readonly { ref: string; connection: string; usedBy: number }[] =
    Object(data).credentials;
  return listed
    .filter(({ connection, usedBy: users }) => connection === 'shop' && fits(users))
    .map(({ ref }) => ref);
}

describe('a credential that two incidents block', async () => {
  const bot = await sandboxBot();
  const { see, work } = bot;

  it('is given back by one with a warning, and the other is told that its block ends', async () => {
    const [few] = await usedBy(bot, (users) => users > 0 && users <= 5);
    assert.ok(few);
    await see('person add @ben "Ben Lind" may:responder,approver');
    for (const [title, plan] of [
      ['Key in a paste', 'P-1'],
      ['Odd calls', 'P-2'],
    ] as const) {
      await see(`declare ${title} severity:sev2`);
      await see(`cred block ${few}`);
      await see(`contain run ${plan}`);
      await work(plan);
      assert.equal((await see(`contain status ${plan}`)).outcome, 'done');
    }

    const back = shown(await see(`cred unblock ${few} to:any in:INC-2`));
    assert.match(
      back,
      /P-1 of INC-1 blocks it as well: that block ends with this, and its incident/,
    );
    await see('contain approve P-3 in:INC-2', 'ben');
    await see('contain run P-3 in:INC-2');
    await work('P-3');

    const status = await see('contain status P-1 in:INC-1');
    assert.equal(status.outcome, 'failed');
    assert.match(shown(status), /contradicted/);
    const { data } = await see('log show 10 in:INC-1');
    assert.match(
      JSON.stringify(data),
      /may be used again: Its block was lifted: P-3 of INC-2 unblocks it\./,
    );
  });
});
