import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { kindsOf, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('a credential that Firebreak cannot revoke', async () => {
  const night = await estateBot();
  const { see, refused, timeline } = night;
  await see('declare Stripe key leaked');

  it('never enters a plan: the answer is what people do, in order', async () => {
    assert.match(shown(await see('cred list')), /0 of 1 can be revoked by Firebreak, 1 by hand/);
    const view = await see('cred revoke c1');
    assert.equal(view.outcome, 'unverified');
    assert.match(shown(view), /Not verified by Firebreak. This is done outside, by hand/);
    assert.match(shown(view), /must be refused/);
    assert.match(shown(await see('cred status')), /to be revoked by hand/);
    const before = await timeline();
    assert.match(before.at(-1)?.text ?? '', /c1 “Stripe live” must be revoked by hand/);
    await see('cred revoke c1');
    assert.deepEqual(await timeline(), before);
    assert.equal((await refused('contain status')).code, 'not_found');
  });

  it('is confirmed by a second person, and never called verified', async () => {
    assert.match((await refused('cred confirm c1 it is dead', 'bo')).message, /Nobody has said/);
    assert.equal((await refused('cred done c1 rolled it', 'vic')).code, 'not_allowed');
    assert.equal((await refused('cred done c1')).code, 'bad_input');
    const done = await see('cred done c1 rolled it in the dashboard');
    assert.match(shown(done), /Not verified by Firebreak/);
    assert.match(shown(await see('cred status')), /confirmed by nobody yet; not verified by Fireb/);
    assert.match((await refused('cred done c1 again')).message, /revoked by hand already/);
    const own = await refused('cred confirm c1 it answers 401');
    assert.equal(own.code, 'not_allowed');
    assert.match(own.message, /somebody else must confirm/);
    await see('cred confirm c1 the old key answers 401', 'bo');
    const status = shown(await see('cred status'));
    assert.match(status, /confirmed by a second person; not verified by Firebreak/);
    assert.match(status, /@ana: rolled it in the dashboard @bo: the old key answers 401/);
    assert.match((await refused('cred confirm c1 me too', 'cy')).message, /confirmed already/);
    assert.deepEqual((await kindsOf(night)).slice(-3), [
      'revocation_by_hand_required',
      'revoked_by_hand',
      'revocation_confirmed_by_hand',
    ]);
    assert.ok((await timeline()).slice(-2).every(({ text }) => text?.endsWith('by Firebreak.')));
  });

  it('is missed by what an undo switches on again', async () => {
    await see('contain plan w2 w3');
    await see('contain run P-1');
    await night.work('P-1');
    night.clock.forward(24 * 60 * 60_000);
    await night.work('P-1');
    assert.match(
      shown(await see('contain undo P-1')),
      /c1 “Stripe live” was revoked and does not come back: w\d fails? until another/,
    );
  });

  it('of production is nothing for a drill: no clicks, and nobody has revoked it', async () => {
    await see('declare Exercise --drill');
    const before = await timeline();
    for (const line of ['cred revoke c1', 'cred done c1 rolled it', 'cred confirm c1 it is dead']) {
      const { code, message } = await refused(`${line} in:INC-2`, 'bo');
      assert.equal(code, 'conflict', line);
      assert.match(message, /INC-2 is a drill, and prod is a production connection/);
    }
    assert.deepEqual(await timeline(), before);
  });
});
