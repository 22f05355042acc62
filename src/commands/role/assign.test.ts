import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, kindsOf, shown } from '../../testing/bot.ts';

describe('role', async () => {
  const night = await bot();
  const { see, refused, timeline } = night;

  it('goes to whoever is told or claims it', async () => {
    await see('declare Key leaked');
    await see('role assign scribe @bo.');
    await see('role claim IC', 'cy');
    assert.match(
      shown(await see('role list')),
      /"commander","@cy".*"scribe","@bo".*"operations","nobody"/,
    );
    assert.deepEqual(await kindsOf(night), ['incident_declared', 'role_assigned', 'role_claimed']);
    assert.equal((await timeline())[2]?.text, '@cy is commander. It was @ana.');
  });

  it('refuses viewers and bad input, and changes nothing', async () => {
    const before = await timeline();
    assert.equal((await refused('role claim scribe', 'vic')).code, 'not_allowed');
    assert.equal((await refused('role assign scribe @cy', 'aud')).code, 'not_allowed');
    assert.match(
      (await refused('role claim king')).message,
      /“king” does not fit here: say one of com/,
    );
    assert.match((await refused('role assign scribe')).message, /“who” is missing/);
    assert.equal((await refused('role assign scribe @nobody')).code, 'not_found');
    assert.match((await refused('role assign commander @vic')).message, /must be responder/);
    assert.match((await refused('role claim commander', 'cy')).message, /commander already/);
    assert.deepEqual(await timeline(), before);
  });
});
