import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { estateBot } from '../../testing/estate-bot.ts';

/** A run at its second step; nobody has waited since. */
async function atSecond() {
  const night = await estateBot();
  const { see } = night;
  await see('declare Stripe key leaked');
  await see('runbook start leaked-credential credential:"Stripe live"');
  await see('runbook done');
  return night;
}

/** A run at its fourth step, which a person ends without a word. */
async function atFourth() {
  const night = await atSecond();
  night.clock.forward(60_000);
  await night.see('runbook done infected');
  night.clock.forward(60_000);
  assert.match((await night.see('runbook done')).title, /step 4: Put every workflow/);
  return night;
}

describe('a press that does not name its step', () => {
  it('is held back where it is said twice, and names the step it would have hit', async () => {
    const { see, refused, timeline, clock } = await atFourth();
    const before = await timeline();
    clock.forward(3_000);
    const second = await refused('runbook done');
    assert.equal(second.code, 'conflict');
    assert.equal(
      second.message,
      'Step 3 of R-1, “Isolate the machine”, was marked done by @ana, 3 seconds ago. Nothing was done now: it is not clear whether your `runbook done` was for that step or for step 4, “Put every workflow that uses it in scope”.',
    );
    assert.match(second.hint ?? '', /If you mean it, add its number: `step:4`/);
    assert.deepEqual(
      second.picks?.map(({ line }) => line),
      ['runbook done step:4'],
    );
    assert.deepEqual(await timeline(), before);

    clock.forward(15_000);
    assert.match((await refused('runbook done')).message, /is not done: not in scope/);
    await see('runbook do step:4');
  });

  it('is held back beside the press of another, whatever it says', async () => {
    const { refused, see, timeline, clock } = await atFourth();
    const before = await timeline();
    clock.forward(14_000);
    for (const line of [
      'runbook done',
      'runbook done it is off',
      'runbook do',
      'runbook skip no',
    ]) {
      const { message } = await refused(line, 'bo');
      assert.match(message, /was marked done by @ana, 14 seconds ago\. Nothing was done now/, line);
    }
    assert.deepEqual(await timeline(), before);
    assert.match((await see('runbook skip no time step:4', 'bo')).title, /step 5/);
  });

  it('goes on where the same person says another line, or has read for a while', async () => {
    const { see, clock } = await atSecond();
    assert.match((await see('runbook done infected')).title, /step 3/);
    assert.match((await see('runbook done it is off')).title, /step 4/);
    assert.match((await see('runbook skip later')).title, /step 5/);
    clock.forward(16_000);
    assert.match((await see('runbook done yes', 'bo')).title, /step 6/);
  });

  it('is held back after a step that Firebreak did', async () => {
    const { see, refused, clock } = await atFourth();
    await see('runbook do step:4');
    clock.forward(1_000);
    for (const line of ['runbook do', 'runbook done']) {
      assert.match((await refused(line)).message, /Step 4 of R-1.* 1 second ago/, line);
    }
  });
});

describe('several runs at once', () => {
  it('are told apart by what they are about', async () => {
    const { see, refused, clock } = await atSecond();
    await see('runbook start rogue-workflow workflow:w1 host:api.stripe.com');
    clock.forward(60_000);
    const asked = await refused('runbook done clean');
    assert.equal(asked.code, 'ambiguous');
    assert.ok(
      asked.candidates.some((one) =>
        /^run:R-1 Leaked credential, about credential c1 “Stripe live”$/.test(one),
      ),
      asked.candidates.join('\n'),
    );
    assert.ok(asked.picks?.some(({ line }) => line === 'runbook done clean run:R-1'));
  });
});
