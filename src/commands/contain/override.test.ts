import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { sandboxBot } from '../../testing/sandbox-bot.ts';

describe('a commander without anybody else', async () => {
  const { see, refused, work } = await sandboxBot();

  it('overrides what two must agree to, with a reason, and nobody but the commander', async () => {
    await see('declare Stripe key in a paste severity:sev1');
    await see('person add @ben "Ben Lind" may:responder,approver');
    await see('person add @cem "Cem Ay" may:responder');
    const plan = await see('cred revoke Stripe live');
    assert.match(shown(plan), /or the commander alone with a reason and a review before close/);
    const other = await refused('contain run P-1 override:"it is in use"', 'cem');
    assert.match(other.message, /Only the commander of INC-1 can override/);
    assert.match((await refused('contain run P-1')).message, /needs the yes of another person/);
    assert.equal((await refused('contain run P-1 override:""')).code, 'bad_input');
    for (const why of ['x', '...', 'because', 'a b c']) {
      const { message } = await refused(`contain run P-1 override:"${why}"`);
      assert.match(message, /^That says too little/, why);
    }
    await see('contain run P-1 override:"it is in use, and nobody answers"');
    await work('P-1');
    const status = shown(await see('contain status P-1'));
    assert.match(
      status,
      /by @operator, the commander: it is in use, and nobody answers \(not reviewed yet\)/,
    );
    assert.match(
      shown(await see('log show 20')),
      /P-1 is run by the commander’s override, without the yes of another person: it is in use/,
    );
  });

  it('is told to all approvers and admins, and to nobody else', async () => {
    const told = /@operator ran P-1 \(1 credential, INC-1\) by the commander’s override/;
    assert.match(shown(await see('me', 'ben')), told);
    assert.doesNotMatch(shown(await see('me', 'cem')), told);
    assert.doesNotMatch(shown(await see('me')), told);
  });

  it('waits for the review of everyone who may, where they look', async () => {
    const waiting = /waiting for your review:.*P-1/s;
    assert.match(shown(await see('me', 'ben')), waiting);
    for (const other of [undefined, 'cem']) {
      assert.doesNotMatch(shown(await see('me', other)), waiting);
    }
  });

  it('cannot close the incident before somebody else has reviewed it', async () => {
    assert.match(shown(await see('resolve')), /Overridden, not reviewed: P-1/);
    for (const line of ['close', 'close despite:"it was right"']) {
      assert.match((await refused(line)).message, /The override of P-1 is not reviewed/);
    }
    assert.match(
      (await refused('contain review P-1 fine')).message,
      /Somebody else than who overr/,
    );
    assert.equal((await refused('contain review P-1 fine', 'cem')).code, 'not_allowed');
    await see('contain review P-1 right, it was in use', 'ben');
    assert.match((await refused('contain review P-1 again', 'ben')).message, /reviewed already/);
    assert.match(shown(await see('contain status P-1')), /reviewed by @ben: right, it was in use/);
    await see('close');
  });

  it('cannot override what one person may do, or what needs no second one', async () => {
    await see('declare Small thing');
    await see('contain plan w1');
    const problem = await refused('contain run P-2 override:"no time"');
    assert.match(problem.message, /P-2 is not of a class that can be overridden/);
  });
});
