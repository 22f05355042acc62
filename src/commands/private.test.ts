import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, kindsOf, shown } from '../testing/bot.ts';

describe('private', async () => {
  const night = await bot();
  const { see, refused, timeline } = night;

  it('hides and opens an incident, and names its people', async () => {
    await see('declare Insider');
    assert.match(shown(await see('private')), /Made private.*Who has seen INC-1 until now/);
    assert.equal((await refused('status INC-1', 'bo')).code, 'not_found');
    await see('private add @bo');
    assert.equal((await see('role list in:INC-1', 'bo')).title, 'INC-1 Insider (private)');
    assert.equal((await refused('private off in:INC-1', 'bo')).code, 'not_allowed');
    await see('private remove @bo');
    assert.equal((await refused('status INC-1', 'bo')).code, 'not_found');
    await see('private off');
    assert.equal((await see('role list in:INC-1', 'bo')).title, 'INC-1 Insider');
    assert.deepEqual(await kindsOf(night), [
      'incident_declared',
      'visibility_changed',
      'member_added',
      'member_removed',
      'visibility_changed',
    ]);
  });

  it('refuses viewers and bad input, and changes nothing', async () => {
    const before = await timeline();
    assert.equal((await refused('private on', 'vic')).code, 'not_allowed');
    assert.match(
      (await refused('private maybe')).message,
      /“maybe” does not fit here: say one of on, off/,
    );
    assert.match((await refused('private add')).message, /Say whom to add/);
    assert.match((await refused('private on @bo')).hint ?? '', /private add @bo/);
    assert.match((await refused('private add @bo')).message, /is open: everyone sees it/);
    const nobody = await refused('private add @bob');
    assert.equal(nobody.code, 'not_found');
    assert.deepEqual(nobody.candidates, ['@bo']);
    assert.deepEqual(await timeline(), before);
  });
});
