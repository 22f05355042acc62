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

  it('is shown by status until then, with the line for who may review', async () => {
    const status = await see('status', 'ben');
    assert.match(shown(status), /Overridden, not reviewed: P-1\. Until an approver or admin/);
    assert.ok(status.next.includes('contain review P-1 …'), status.next.join());
    assert.match(JSON.stringify(status.data['plans']), /"waitsForReview":true/);
    const own = await see('status');
    assert.match(shown(own), /Overridden, not reviewed: P-1/);
    assert.doesNotMatch(own.next.join(), /contain review/);
  });

  it('cannot close the incident before somebody else has reviewed it', async () => {
    assert.match(shown(await see('resolve')), /Overridden, not reviewed: P-1/);
    for (const line of ['close', 'close despite:"it was right"']) {
      assert.match((await refused(line)).message, /The override of P-1 is not reviewed/);
    }
    assert.match(
      (await refused('contain review P-1 fine by me')).message,
      /Somebody else than who overr/,
    );
    assert.equal((await refused('contain review P-1 fine by me', 'cem')).code, 'not_allowed');
    for (const finding of ['ok', '.', 'fine']) {
      const { message } = await refused(`contain review P-1 ${finding}`, 'ben');
      assert.match(message, /^That says too little/, finding);
    }
    assert.match(shown(await see('me', 'ben')), /Somebody else reviews it: `contain review P-1/);
    await see('contain review P-1 right, it was in use', 'ben');
    assert.doesNotMatch(shown(await see('me', 'ben')), /contain review P-1/);
    assert.match(shown(await see('me', 'ben')), /another person\. It was reviewed\. Why: /);
    assert.doesNotMatch(shown(await see('status')), /not reviewed/);
    assert.match(
      (await refused('contain review P-1 right once again', 'ben')).message,
      /reviewed already/,
    );
    assert.match(shown(await see('contain status P-1')), /reviewed by @ben: right, it was in use/);
    await see('close');
  });

  it('overrides nothing that somebody else has agreed to meanwhile, and is told so', async () => {
    await see('declare Another key in a paste severity:sev1');
    await see('cred revoke Stripe live in:INC-2');
    await see('contain approve P-2', 'ben');
    const run = await see('contain run P-2 override:"it is in use, and nobody answers"');
    assert.match(shown(run), /P-2 has all that it needs, so it runs without an override\./);
    assert.doesNotMatch(shown(await see('log show 20')), /P-2 is run by the commander’s override/);
    assert.doesNotMatch(shown(await see('me', 'ben')), /ran P-2/);
    await work('P-2');
  });

  it('cannot override what one person may do, or what needs no second one', async () => {
    await see('declare Small thing');
    await see('contain plan w1');
    const problem = await refused('contain run P-3 override:"no time"');
    assert.match(problem.message, /P-3 is not of a class that can be overridden/);
  });
});
