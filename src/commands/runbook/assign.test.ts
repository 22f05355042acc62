import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

/** A run at its second step, which is the commander's: Ana's. */
async function atSecond() {
  const night = await estateBot();
  await night.see('declare Stripe key leaked');
  await night.see('runbook start leaked-credential credential:"Stripe live"');
  await night.see('runbook do');
  return night;
}

describe('runbook assign', () => {
  it('hands the step over, tells both, and gives the next one back to its role', async () => {
    const night = await atSecond();
    const { see, timeline, store } = night;
    const given = await see('runbook assign @bo my shift ends', 'cy');
    const text =
      "R-1 “Is the leaker's machine still talking?” is with @bo now. It was with @ana. Why: my shift ends";
    assert.equal((await timeline()).at(-1)?.text, text);
    assert.match(shown(given), /"owner","@bo, who was given this step"/);
    const bo = await night.person('bo');
    const ana = await night.person('ana');
    const [toBo] = await store.notices.since(bo.id, new Date(0));
    assert.match(toBo?.text ?? '', /^@cy gave you step 2 of R-1 in INC-1: “Is the leaker/);
    assert.equal(toBo?.urgent, true);
    assert.ok(
      (await store.notices.since(ana.id, new Date(0))).some(({ text: said }) =>
        said.startsWith('@cy gave @bo step 2 of R-1'),
      ),
    );
    assert.match(shown(await see('me', 'bo')), /R-1 of INC-1, step 2: Is the leaker/);
    assert.doesNotMatch(shown(await see('me', 'ana')), /wait for you/);
    assert.match(shown(await see('status')), /R-1 Leaked credential.*@bo/);

    await see('runbook done clean', 'bo');
    assert.doesNotMatch(shown(await see('me', 'bo')), /wait for you/);
  });

  it('is offered where the run stands, and says in its data for whom the step waits', async () => {
    const { see } = await atSecond();
    const view = await see('runbook next');
    assert.ok(view.next.includes('runbook assign … run:R-1 step:2'));
    assert.match(JSON.stringify(view.data), /"waitsFor":"@ana"/);
  });

  it('refuses who cannot walk it, who has it, viewers and late presses, and changes nothing', async () => {
    const { see, refused, timeline } = await atSecond();
    const before = await timeline();
    assert.match((await refused('runbook assign @ana')).message, /is with @ana already/);
    assert.match((await refused('runbook assign @vic')).message, /needs a responder; @vic is not/);
    assert.equal((await refused('runbook assign @nobody')).code, 'not_found');
    assert.equal((await refused('runbook assign @bo', 'vic')).code, 'not_allowed');
    assert.match((await refused('runbook assign')).message, /“who” is missing/);
    assert.match(
      (await refused('runbook assign @bo run:R-1 step:1')).message,
      /^Step 1 of R-1, “Take command”, was marked done by @ana\. Nothing was done now; R-1 is at step 2/,
    );
    assert.deepEqual(await timeline(), before);
    await see('private on');
    const secret = await refused('runbook assign @bo');
    assert.match(secret.message, /INC-1 is private, and @bo cannot see it/);
    assert.match(secret.hint ?? '', /private add @bo in:INC-1/);
  });
});
