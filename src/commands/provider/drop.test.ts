import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { shown } from '../../testing/bot.ts';
import type { EstateBot } from '../../testing/estate-bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

const provider = {
  kind: 'github',
  baseUrl: 'https://api.github.example',
  privateHostAllowed: false,
  revision: 0,
} as const;

/** Gives Firebreak a way to revoke c1. */
async function give({ store }: EstateBot) {
  const [credential] = await store.inventory.credentials();
  assert.ok(credential);
  const key = { connection: credential.connection, id: credential.id };
  await store.save({ providers: [{ key, provider, secrets: { secret: new Secret('ghp_1') } }] });
  return key;
}

describe('provider drop', async () => {
  const night = await estateBot(undefined, { environment: 'drill' });
  const { see, refused, store, timeline } = night;

  it('forgets the secret with the way, and says so to the admins of the instance', async () => {
    assert.match((await refused('provider drop c1', 'root')).message, /given no way to the/);
    const key = await give(night);
    assert.match(shown(await see('cred list')), /1 of 1 can be revoked by Firebreak/);
    assert.equal((await refused('provider drop c1')).code, 'not_allowed');
    const view = await see('provider drop c1', 'root');
    assert.match(shown(view), /c1 “Stripe live” is revoked by hand from now on/);
    assert.equal(await store.providers.secrets(key), undefined);
    assert.match(shown(await see('cred list')), /0 of 1 can be revoked by Firebreak/);
    const told = shown(await see('log show 20 in:instance', 'root'));
    assert.match(told, /forgot the way to revoke c1 “Stripe live” at GitHub \(api\.github\.exa/);
    assert.doesNotMatch(told, /ghp_1/);
  });

  it('keeps what a plan is about to need', async () => {
    const key = await give(night);
    await see('declare Stripe key leaked');
    // What must come first and what stays alive is read by whoever plans, and by whoever says yes.
    assert.match(shown(await see('cred revoke c1')), /Not reached: keys of GitHub apps/);
    assert.match(shown(await see('contain status P-1', 'cy')), /Not reached: keys of GitHub apps/);
    const before = await timeline();
    assert.match((await refused('provider drop c1', 'root')).message, /a plan waits or runs/);
    assert.deepEqual(await timeline(), before);
    await see('contain cancel P-1');
    await see('provider drop c1', 'root');
    assert.equal(await store.providers.secrets(key), undefined);
  });
});
