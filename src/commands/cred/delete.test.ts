import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Trouble } from '../../platforms/sandbox/trouble.ts';
import { shown } from '../../testing/bot.ts';
import { sandboxBot } from '../../testing/sandbox-bot.ts';

describe('cred delete', async () => {
  const bot = await sandboxBot();
  const { see, refused, work } = bot;
  const log = async () => shown(await see('log show 60'));
  await see('person add @ben "Ben Lind" may:responder,approver');
  await see('person add @cem "Cem Ay" may:viewer');
  await see('declare Key in a paste severity:sev2');
  const listed: readonly { ref: string; name: string }[] = Object(
    (await see('cred list "Stripe test"')).data,
  ).credentials;
  const other = listed.find(({ name }) => name === 'Stripe test')?.ref;

  it('deletes nothing that is not dead, or while anything of the incident is not', async () => {
    assert.equal((await refused('cred delete "Stripe live"', 'cem')).code, 'not_allowed');
    assert.equal((await refused('cred delete')).code, 'bad_input');
    const alive = await refused('cred delete "Stripe live"');
    assert.match(alive.message, /Nothing is deleted before it is dead, and nobody has shown/);
    assert.match(alive.hint ?? '', /`cred revoke c\d+`/);

    await see('cred revoke "Stripe live"');
    await see('contain approve P-1', 'ben');
    await see('contain run P-1');
    await work('P-1');
    await see(`scope add ${other}`);
    const others = await refused('cred delete "Stripe live"');
    assert.match(others.message, /before all credentials of INC-1 are dead: “Stripe test”/);
    await see(`scope drop ${other}`);
  });

  it('deletes one that is dead with the yes of an approver, and proves it', async () => {
    const plan = await see('cred delete "Stripe live"');
    assert.match(shown(plan), /P-2: delete 1 credential on shop/);
    assert.match(shown(plan), /R4, destructive/);
    assert.match(shown(plan), /It cannot be taken back: the platform keeps nothing of it/);
    assert.match((await refused('contain run P-2')).message, /needs the yes of another person who/);
    await see('contain approve P-2', 'ben');
    // What comes into doubt between the yes and the run stops it.
    await see(`scope add ${other}`);
    const waits = await refused('contain run P-2');
    assert.match(waits.message, /waits until every credential of INC-1 is dead/);
    await see(`scope drop ${other}`);
    await see('contain run P-2');
    await work('P-2');

    assert.equal((await see('contain status P-2')).outcome, 'done');
    const told = await log();
    assert.match(
      told,
      /sealed what is known of c\d+ “Stripe live” before acting: credential\.json/,
    );
    assert.match(told, /the platform accepted to delete c\d+ “Stripe live”; not verified yet/);
    assert.match(told, /c\d+ “Stripe live” is verified deleted\./);
    assert.match((await refused('contain undo P-2')).message, /P-2 cannot be taken back/);
    const again = await refused('cred delete "Stripe live"');
    assert.match(again.message, /known from workflows alone: its platform does not list it/);
  });

  it('does not believe a platform that says yes and keeps it', async () => {
    const trouble = new Trouble(bot.estate('shop'));
    await trouble.make('lie', { call: 'lock', does: { kind: 'lies', how: 'stays active' } });
    const name = '"Stripe test"';
    await see(`cred revoke ${name}`);
    await see('contain approve P-3', 'ben');
    await see('contain run P-3');
    await work('P-3');
    await see(`cred delete ${name}`);
    await see('contain approve P-4', 'ben');
    await see('contain run P-4');
    await work('P-4');
    await trouble.end('lie');

    assert.equal((await see('contain status P-4')).outcome, 'failed');
    assert.match(await log(), /is NOT deleted: contradicted\. The sandbox still lists it/);
  });
});

describe('cred delete beside a revocation that nothing has shown', () => {
  it('waits, though what is to be deleted is dead itself', async () => {
    let lies = false;
    const bot = await sandboxBot(undefined, (real) => ({
      wayOf: real.wayOf,
      at: (connection, credential) => {
        const revoker = real.at(connection, credential);
        return (
          revoker && {
            probe: (id, signal) =>
              lies ? Promise.resolve('unknown' as const) : revoker.probe(id, signal),
            revoke: (id, signal) => (lies ? Promise.resolve() : revoker.revoke(id, signal)),
          }
        );
      },
    }));
    const { see, refused, work } = bot;
    await see('person add @ben "Ben Lind" may:responder,approver');
    await see('declare Keys in a paste severity:sev2');
    for (const [plan, name] of [
      ['P-1', 'Stripe live'],
      ['P-2', 'Stripe test'],
    ] as const) {
      await see(`cred revoke "${name}"`);
      await see(`contain approve ${plan}`, 'ben');
      await see(`contain run ${plan}`);
      await work(plan);
      lies = true;
    }

    const waits = await refused('cred delete "Stripe live"');

    assert.match(waits.message, /before all credentials of INC-1 are dead: c\d+ “Stripe test”/);
  });
});
