import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, kindsOf, shown } from '../testing/bot.ts';

describe('declare', async () => {
  const night = await bot();
  const { see, refused, store, timeline, person } = night;

  it('opens an incident, names it, gives command and binds the room', async () => {
    const view = await see('/ir declare “Stripe key leaked” sev:2');
    assert.equal(view.title, 'INC-1 Stripe key leaked');
    assert.match(shown(view), /Declared as INC-1, sev2. @ana is commander/);
    assert.equal(view.audience, 'room');
    assert.deepEqual(await kindsOf(night), ['incident_declared']);
    const [event] = await timeline();
    assert.deepEqual(event?.actor, { kind: 'person', id: (await person('ana')).id, name: 'ANA' });
    assert.equal(event?.source, 'cli');
    assert.equal(event?.data?.['severity'], 'sev2');
    const ana = (await person('ana')).id;
    assert.equal((await store.incidents.inRoom('cli:ana', ana))?.name, 'INC-1');
  });

  it('assumes a severity, says so, and marks drills', async () => {
    const view = await see('new Exercise --drill');
    assert.match(shown(view), /INC-2 Exercise \(drill\).*sev3 \(assumed: .*This is a drill/);
  });

  it('asks whether it is one where only the title ends in the word', async () => {
    for (const line of ['declare Oil leak at the drill', 'declare Fire drill. private']) {
      const { message, hint } = await refused(line);
      assert.equal(
        message,
        'Is it an exercise? A title may end in “drill” as well. Nothing was changed.',
      );
      assert.equal(
        hint,
        'Type `--drill` instead of the word; where the word is part of a title, put the title into quotes.',
      );
    }
    const { title } = await see('declare "Oil leak at the drill" --private', 'cy');
    assert.match(title, /^INC-[A-Z]{4} Oil leak at the drill \(private\)$/);
  });

  it('keeps a private one from everybody else, also by its name', async () => {
    const view = await see('declare "Insider at work" --private', 'bo');
    assert.match(view.title, /^INC-[A-Z]{4} Insider at work \(private\)$/);
    assert.equal(view.audience, 'person');
    assert.equal((await see('declare Next one')).title, 'INC-3 Next one');
  });

  it('refuses those who are no responders, and records nothing', async () => {
    const before = await store.incidents.list((await person('bo')).id, { closed: true, limit: 99 });
    for (const as of ['vic', 'aud', 'root', 'nil']) {
      const { code, hint } = await refused('declare Something', as);
      assert.equal(code, 'not_allowed');
      assert.match(hint ?? '', new RegExp(`person grant @${as} responder`));
    }
    const after = await store.incidents.list((await person('bo')).id, { closed: true, limit: 99 });
    assert.deepEqual(after, before);
  });

  it('changes nothing on bad input, and shows an example', async () => {
    const before = await store.incidents.list((await person('bo')).id, { closed: true, limit: 99 });
    for (const [line, message] of [
      ['declare', /“title” is missing: `declare <title…>/],
      ['declare private', /“title” is missing/],
      ['declare "" sev:2', /“title” is (missing|too short)/],
      ['declare Key leaked sev:9', /“9” does not fit here: say one of sev1, sev2, sev3, sev4/],
      ['declare Key leaked sev:2 sev:3', /“severity” was given twice/],
      ['declare Key leaked private:perhaps', /“private” is yes or no/],
      [`declare ${'x'.repeat(201)}`, /“title” is too long: at most 200 characters/],
    ] as const) {
      const problem = await refused(line);
      assert.equal(problem.code, 'bad_input', line);
      assert.match(problem.message, message, line);
      assert.equal(problem.hint, 'e.g. `declare Stripe key leaked sev:2`');
    }
    const after = await store.incidents.list((await person('bo')).id, { closed: true, limit: 99 });
    assert.deepEqual(after, before);
  });
});
