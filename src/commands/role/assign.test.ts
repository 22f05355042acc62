import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, kindsOf, shown } from '../../testing/bot.ts';

describe('role', async () => {
  const night = await bot();
  const { see, refused, timeline } = night;

  it('goes to whoever is told or claims it', async () => {
    await see('declare Key leaked');
    await see('role assign scribe @bo.');
    await see('role claim IC Ana is asleep', 'cy');
    assert.match(
      shown(await see('role list')),
      /"commander","@cy".*"scribe","@bo".*"operations","nobody"/,
    );
    assert.deepEqual(await kindsOf(night), ['incident_declared', 'role_assigned', 'role_claimed']);
    assert.equal((await timeline())[2]?.text, '@cy is commander. It was @ana. Why: Ana is asleep');
  });

  it('is taken from a commander only with a reason, which they hear', async () => {
    const before = await timeline();
    const bare = await refused('role claim commander', 'bo');
    assert.equal(bare.message, '@cy commands INC-1. Say why somebody else takes it.');
    assert.equal(
      bare.hint,
      'e.g. `role claim commander @cy does not answer`, or @cy hands it over: `role assign commander @bo`',
    );
    assert.match((await refused('role assign commander @ana', 'bo')).message, /^@cy commands/);
    assert.match((await refused('role claim commander x', 'bo')).message, /That says too little/);
    assert.deepEqual(await timeline(), before);
    await see('role assign commander @ana she is awake again', 'bo');
    for (const who of ['cy', 'ana']) {
      const { id } = await night.person(who);
      const notices = await night.store.notices.since(id, new Date(0));
      const made = '@bo made @ana commander of INC-1. It was @cy. Why: she is awake again';
      assert.equal(notices.filter(({ text }) => text === made).length, 1, who);
    }
  });

  it('is handed over without one, by who holds it', async () => {
    await see('role assign commander @cy', 'ana');
    assert.equal((await timeline()).at(-1)?.text, '@cy is commander. It was @ana.');
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
