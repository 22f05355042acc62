import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { unhurried } from '../../testing/unhurried.ts';

/** A run at its third step, after the decision of the second. */
async function atThird() {
  const night = unhurried(await estateBot());
  const { see } = night;
  await see('declare Stripe key leaked');
  await see('runbook start leaked-credential credential:"Stripe live"');
  await see('runbook do');
  await see('runbook done infected the laptop beacons');
  return night;
}

describe('runbook back', () => {
  it('asks again, keeps what was done, and is told', async () => {
    const { see, timeline } = await atThird();
    assert.match((await see('runbook next')).title, /step 3: Isolate the machine/);

    const back = await see('runbook back it was another laptop');
    assert.match(back.title, /step 4: Is the leaker.s machine still talking\?/);
    assert.equal(
      (await timeline()).at(-1)?.text,
      "R-1: back from “Isolate the machine” to “Is the leaker's machine still talking?”: it was another laptop",
    );
    const other = await see('runbook done clean run:R-1 step:4');
    assert.match(other.title, /step 5: Put every workflow that uses it in scope/);
    assert.match(
      shown(await see('runbook show')),
      /"3","Isolate the machine","manual","left: it was/,
    );
  });

  it('goes back by as many steps as it is said, and no further than the first', async () => {
    const { see, refused } = await atThird();
    await see('runbook back');
    const first = await see('runbook back');
    assert.match(first.title, /step 5: Take command/);
    assert.ok(!first.next.some((line) => line.startsWith('runbook back')));
    const refusal = await refused('runbook back');
    assert.equal(refusal.code, 'conflict');
    assert.match(refusal.message, /“Take command” is the first step of R-1/);
    // The whole way again, and back by the way that was gone last.
    await see('runbook done');
    await see('runbook done clean');
    assert.match((await see('runbook back')).title, /Is the leaker.s machine still talking\?/);
  });

  it('acts once on two presses, and not for viewers', async () => {
    const { see, refused } = await atThird();
    assert.equal((await refused('runbook back', 'vic')).code, 'not_allowed');
    await see('runbook back run:R-1 step:3');
    const again = await refused('runbook back run:R-1 step:3');
    assert.match(
      again.message,
      /^Step 3 of R-1, “Isolate the machine”, was left by @ana\. Nothing was done now; R-1 is at step 4/,
    );
  });
});
