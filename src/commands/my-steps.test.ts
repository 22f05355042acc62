import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../testing/bot.ts';
import { estateBot } from '../testing/estate-bot.ts';

describe('the steps of runbooks that wait for somebody', async () => {
  const { see, clock } = await estateBot();
  await see('declare Stripe key leaked');
  await see('runbook start leaked-credential credential:"Stripe live"');

  it('are none while a step is anybody’s', async () => {
    assert.doesNotMatch(shown(await see('me')), /wait for you/);
  });

  it('are named to who holds their role, with the line that goes on and when they are due', async () => {
    await see('runbook do');
    const mine = await see('me');
    assert.match(
      shown(mine),
      /Steps of runbooks that wait for you:.*R-1 of INC-1, step 2: Is the leaker['’]s machine still talking\?, until \d/,
    );
    assert.ok(mine.next.includes('runbook next R-1'));
    assert.doesNotMatch(shown(await see('me', 'cy')), /wait for you/);
    clock.forward(6 * 60_000);
    assert.match(shown(await see('me')), /step 2: .*, overdue since \d/);
  });

  it('go over with the role, and end with the run', async () => {
    await see('role assign commander @cy she has slept');
    assert.doesNotMatch(shown(await see('me')), /wait for you/);
    assert.match(shown(await see('me', 'cy')), /R-1 of INC-1, step 2/);
    await see('runbook stop it was a drill');
    assert.doesNotMatch(shown(await see('me', 'cy')), /wait for you/);
  });
});
