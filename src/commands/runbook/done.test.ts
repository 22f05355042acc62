import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import type { EstateBot } from '../../testing/estate-bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { unhurried } from '../../testing/unhurried.ts';

/** A night whose run has come to “Close the entrance”, where P-1 was run and has not begun. */
async function entranceClosing(): Promise<EstateBot> {
  const night = unhurried(await estateBot());
  const { see } = night;
  await see('declare Key in a log');
  await see('runbook start leaked-credential credential:c1');
  const lines = ['do', 'done clean', 'do', 'done no', 'skip the plan seals it', 'done', 'do'];
  for (const line of lines) await see(`runbook ${line}`);
  await see('contain run P-1');
  return night;
}

describe('runbook done', () => {
  it('does not call a step done while what came since is active', async () => {
    const { toy, look, see, refused, work, clock } = await entranceClosing();
    const usesIt = [aFact('credential', 'stripe', { label: 'Stripe live' })];
    toy.add('late', { name: 'Charge cards copy', facts: usesIt });
    await look();
    const late = await refused('runbook done');
    assert.match(
      late.message,
      /^“Close the entrance” is not done: w\d is active; `contain plan w\d` plans it\.$/,
    );
    await see(/`(contain plan w\d)`/.exec(late.message)?.[1] ?? '');
    assert.match((await refused('runbook done')).message, /^“Close the entrance” is not done: w\d/);
    await see('contain run P-2');
    await see('runbook done');
    for (const plan of ['P-1', 'P-2']) await work(plan);
    clock.forward(24 * 60 * 60_000);
    for (const plan of ['P-1', 'P-2']) await work(plan);
    assert.match((await see('runbook done')).title, /Say that the harm is contained/);
  });

  it('does not call proved what came on again after it was verified', async () => {
    const { toy, look, see, refused, work, clock } = await entranceClosing();
    await see('runbook done');
    await work('P-1');
    clock.forward(24 * 60 * 60_000);
    await work('P-1');
    const charge = toy.workflows.get('charge');
    assert.ok(charge);
    charge.active = true;
    await look();
    assert.match(
      (await refused('runbook done')).message,
      /^“Prove that it is closed” is not done: w1 is active; `contain plan w1` plans it\.$/,
    );
    assert.match(shown(await see('cred where c1')), /"w1","Charge cards","yes"/);
  });
});
