import assert from 'node:assert/strict';
import { it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

it('takes the command for whoever presses only from nobody', async () => {
  const { see } = await estateBot();
  await see('declare Stripe key leaked');
  await see('runbook start leaked-credential credential:"Stripe live"');
  assert.match(shown(await see('runbook do', 'cy')), /@ana is commander already\./);
  assert.match(shown(await see('role list')), /"commander","@ana"/);
});
